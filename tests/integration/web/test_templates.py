"""Every template is rendered by some page, so that none can rot."""

from pathlib import Path

from app.domain.states import JobState
from app.models import Account
from app.web import admin


def test_every_template_is_reached(app, person, mine, shared, maker, monkeypatch):
    folder = Path(app.jinja_loader.searchpath[0])
    loaded = set()
    get_source = app.jinja_loader.get_source

    def noted(environment, name):
        loaded.add(name)
        return get_source(environment, name)

    monkeypatch.setattr(app.jinja_loader, "get_source", noted)
    app.jinja_env.cache.clear()
    maker.takeaway(mine.finished, kind="film", state=JobState.RUNNING)
    monkeypatch.setattr(admin, "current_account", lambda: Account(operator=True))
    cancelled = maker.mosaic(mine.photo, mine.tile_set, state=JobState.CANCELLED)
    for address in (
        "/",
        "/mosaics",
        f"/mosaics/{mine.finished.id}",
        f"/mosaics/{mine.running.id}",
        f"/mosaics/{cancelled.id}",
        f"/mosaics/{mine.finished.id}/cells/0",
        f"/mosaics/{mine.finished.id}/tune",
        f"/mosaics/{mine.finished.id}/delete",
        f"/mosaics/{mine.finished.id}/take-away",
        f"/mosaics/{mine.finished.id}/credits",
        "/tiles",
        f"/tiles/{mine.tile_set.id}",
        f"/tiles/{shared.tile_set.id}",
        f"/tiles/{mine.tile_set.id}/t/1",
        f"/jobs/{cancelled.job.id}/events",
        "/tokens",
        f"/s/{mine.link}",
        "/s/nothing",
        "/api",
        "/sign-up",
        "/log-in",
        "/reset",
        "/account",
        "/account/delete",
        "/admin/",
        "/nothing",
    ):
        assert person.get(address).status_code in {200, 404}, address
    person.post("/theme", {"theme": "1998"})
    assert person.get("/").status_code == 200
    assert person.post("/account/delete").status_code == 200
    written = {str(path.relative_to(folder)) for path in folder.rglob("*.html")}
    assert loaded == written
