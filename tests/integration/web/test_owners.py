"""Each address that names something: its owner sees it, anybody else does not. A new route is tested from its first day."""

import re

import pytest
from flask import g, request_finished
from sqlalchemy import func, select

from app.models import Base, Mosaic, TileSet

# Answer everybody alike, and know nobody; or whoever has a link, for five minutes.
ASK_NOBODY = {
    "api_pages.openapi",
    "api_pages.page",
    "health.livez",
    "health.readyz",
    "links.download",
    "look.theme",
    "metrics.metrics",  # for machines: test_operators.py
    "people.reset_page",
    "people.reset",
    "static",
}
# Whose it was is no longer so afterwards: the browser begins anew.
CHANGE_WHO_ASKS = {"account.delete", "people.log_in", "people.log_out", "people.sign_up"}
NAMES_NOTHING = {
    *ASK_NOBODY,
    *CHANGE_WHO_ASKS,
    "account.delete_page",
    "account.email",
    "account.log_others_out",
    "account.page",
    "account.password",
    "admin.page",
    "create.mosaic",
    "make.page",
    "mosaics.gallery",
    "people.log_in_page",
    "people.sign_up_page",
    "preflight.live",
    "preflight.photo",
    "tiles.create",
    "tiles.listing",
    "tokens.create",
    "tokens.page",
}
# Of these, what scripts do is in test_api_owners.py, and what a link opens in test_shared.py.
OTHER_WAYS_IN = ("api.", "shared.")
# Changing what is shared, or asking whether to; and what somebody kept of it.
ONLY_MINE = {
    "keeping.remove_source_page",
    "mosaics.delete_page",
    "tiles.delete_page",
    "take_away.file",
    "versions.picture",
}
# Of what is shared too everybody keeps versions and downloads of their own: test_versions.py, test_take_away.py.
OF_ONES_OWN = {"take_away.order", "versions.keep"}
# Settings in a body because they are longer than an address; nothing is stored.
QUESTIONS = {"cells.panel_sent", "tune.live_sent", "tune.page_sent"}


def routes(app, belongings):
    """Endpoint, method and address of whatever names something."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if rule.endpoint in NAMES_NOTHING or rule.endpoint.startswith(OTHER_WAYS_IN):
            continue
        values = {name: belongings.addresses[name] for name in rule.arguments}
        assert values, f"{rule} names nothing: add it to the list, if that is meant"
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            yield rule.endpoint, method, adapter.build(rule.endpoint, values, method)


def every_route(app, belongings):
    """Whatever there is, whether it names something or not; the API's are in test_api_owners.py."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith(OTHER_WAYS_IN):
            continue
        values = {name: belongings.addresses.get(name, "x") for name in rule.arguments}
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            yield rule.endpoint, method, adapter.build(rule.endpoint, values, method)


def send(who, method, address, **options):
    return {"GET": who.get, "POST": who.post, "PUT": who.put}[method](address, **options)


def counted(session):
    session.rollback()
    # How often somebody asked is counted, whatever they ask for.
    tables = [
        table for table in Base.metadata.sorted_tables if table.name not in {"rates", "counters"}
    ]
    return {table.name: session.scalar(select(func.count()).select_from(table)) for table in tables}


@pytest.fixture(params=["a browser", "an account"])
def anybody(request, stranger):
    """Somebody else: without an account, or logged in."""
    if request.param == "an account":
        assert stranger.begin("/sign-up").status_code == 303
    return stranger


def test_what_belongs_to_somebody_else_is_not_found(app, anybody, mine, maker):
    before = counted(maker.session)
    for endpoint, method, address in routes(app, mine):
        answer = send(anybody, method, address)
        assert answer.status_code == 404, f"{method} {endpoint}"
        assert b"Grandma" not in answer.data
        assert b"Lake house" not in answer.data
        assert alike(answer) == alike(send(anybody, method, elsewhere(address))), endpoint
    assert counted(maker.session) == before


def elsewhere(address):
    """The address of something that never was."""
    return re.sub(r"[0-9a-f-]{36}", "6b1f0f5e-0000-4000-8000-000000000000", address)


def alike(answer):
    """What somebody sees, without what is another each time."""
    return answer.status_code, re.sub(r'(nonce|value)="[^"]*"', "", answer.text)


def test_each_route_asks_whose_request_it_is(app, stranger, mine):
    """What names nothing too: a list without an owner would be everybody's. Of the API: test_api_owners.py."""
    asked = []

    def look(_, **__):
        asked.append("owner_id" in g or "login" in g)

    with request_finished.connected_to(look, app):
        for endpoint, method, address in every_route(app, mine):
            if endpoint not in ASK_NOBODY | CHANGE_WHO_ASKS:
                asked.clear()
                send(stranger, method, address).close()
                assert asked == [True], f"{method} {endpoint}"


def test_the_owner_finds_all_of_it(app, person, mine):
    for endpoint, method, address in routes(app, mine):
        if method == "GET":
            assert person.get(address, follow_redirects=True).status_code == 200, endpoint


def test_what_is_shared_everybody_sees_and_nobody_changes(app, person, shared, maker):
    before = counted(maker.session)
    for endpoint, method, address in routes(app, shared):
        if endpoint in OF_ONES_OWN | QUESTIONS:
            continue
        answer = send(person, method, address, follow_redirects=method == "GET")
        expected = 200 if method == "GET" and endpoint not in ONLY_MINE else 404
        assert answer.status_code == expected, f"{method} {endpoint}"
    assert counted(maker.session) == before


@pytest.mark.parametrize("field", ["photo_id", "tile_set"])
def test_a_mosaic_cannot_be_made_of_what_is_somebody_elses(stranger, mine, maker, field):
    theirs = {"photo_id": mine.photo.id, "tile_set": mine.tile_set.id}
    ours = {
        "photo_id": maker.photo(stranger.id).id,
        "tile_set": maker.tile_set(stranger.id).id,
    }
    answer = stranger.post("/mosaics", {**ours, field: theirs[field]})
    assert answer.status_code == 422
    assert b"There is no such" in answer.data
    assert not maker.session.scalar(select(Mosaic).where(Mosaic.owner_id == stranger.id))


def test_lists_show_nothing_of_somebody_elses(stranger, person, mine):
    for address in ("/", "/mosaics", "/tiles"):
        page = stranger.get(address)
        assert str(mine.tile_set.id).encode() not in page.data
        assert str(mine.finished.id).encode() not in page.data
    assert str(mine.finished.id).encode() in person.get("/mosaics").data
    assert str(mine.tile_set.id).encode() in person.get("/tiles").data


def test_changing_settings_or_choosing_tiles_of_somebody_else_is_not_found(stranger, mine):
    assert stranger.get(f"/?from={mine.finished.id}").status_code == 404
    assert stranger.get(f"/?tiles={mine.tile_set.id}").status_code == 404


def test_deleting_takes_everything_along(person, mine, maker, storage):
    for mosaic in (mine.finished, mine.running):
        assert person.post(f"/mosaics/{mosaic.id}/delete").location == "/mosaics"
    assert person.post(f"/tiles/{mine.tile_set.id}/delete").location == "/tiles"
    maker.session.rollback()
    left = {name: count for name, count in counted(maker.session).items() if count}
    assert left == {"owners": 1, "accounts": 1, "logins": 1, "api_tokens": 1}
    assert list(storage.list(f"o/{person.id}/")) == []
    assert not maker.session.scalar(select(TileSet))
