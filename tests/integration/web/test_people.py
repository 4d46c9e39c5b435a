"""Accounts as a person meets them: forms, cookies, limits, and the end of it all."""

import io
import re
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from app.domain.limits import SYSTEM_OWNER
from app.domain.quotas import Allowance
from app.domain.states import JobState
from app.factory import create_app
from app.models import Account, Base, Login, Mosaic, Pack, Rate
from app.services.quotas import use_of
from app.web import rates
from tests.integration.web.conftest import EMAIL, PASSWORD, Person


def rows(maker):
    """Of all that is somebody's: what is counted is written every few seconds, and is nobody's."""
    maker.session.rollback()
    tables = [table for table in Base.metadata.sorted_tables if table.name != "counters"]
    return {
        table.name: count
        for table in tables
        if (count := maker.session.scalar(select(func.count()).select_from(table)))
    }


def test_what_a_browser_made_is_in_the_account_and_on_every_browser(app, person, stranger, maker):
    mosaic = maker.mosaic(maker.photo(person.id), maker.tile_set(person.id))
    answer = person.begin("/sign-up")
    assert (answer.status_code, answer.location) == (303, "/mosaics")
    address = f"/mosaics/{mosaic.id}"
    assert person.get(address).status_code == 200
    assert person.get(f"{address}/download.jpg", follow_redirects=True).status_code == 200
    assert stranger.get(address).status_code == 404
    stranger.begin("/log-in")
    assert stranger.get(address).status_code == 200


def test_what_two_browsers_made_comes_together_at_log_in(person, stranger, maker):
    mosaics = [maker.mosaic(maker.photo(w.id), maker.tile_set(w.id)) for w in (person, stranger)]
    person.begin("/sign-up")
    stranger.begin("/log-in")
    for mosaic in mosaics:
        assert person.get(f"/mosaics/{mosaic.id}").status_code == 200
    account = maker.session.scalars(select(Account)).one()
    maker.session.rollback()
    owners = set(maker.session.scalars(select(Mosaic.owner_id)))
    assert owners == {account.owner_id}


def test_an_old_copy_of_a_cookie_sees_nothing_of_the_account(app, person, maker):
    mosaic = maker.mosaic(maker.photo(person.id), maker.tile_set(person.id))
    old = person.client.get_cookie("tessera").value
    person.begin("/sign-up")
    thief = app.test_client()
    thief.set_cookie("tessera", old)
    assert thief.get(f"/mosaics/{mosaic.id}").status_code == 404


def test_the_session_and_the_token_of_forms_are_renewed(app, person):
    before, token = person.client.get_cookie("tessera").value, person.token
    person.begin("/sign-up")
    with person.client.session_transaction() as after:
        assert "owner" not in after
        assert len(after["login"]) == 43
    assert person.client.get_cookie("tessera").value != before
    assert person.client.post("/log-out", data={"csrf_token": token}).status_code == 403


def test_wrong_is_said_the_same_way_and_the_address_is_kept(person, stranger):
    person.begin("/sign-up")
    said = set()
    for email in (EMAIL, "nobody@example.org"):
        answer = stranger.begin("/log-in", email=email, password="not this one")
        assert answer.status_code == 422
        assert f'value="{email}"' in answer.text
        assert "not this one" not in answer.text
        said.add(re.sub(r'value="[^"]*"|nonce="[^"]*"', "", answer.text))
    assert len(said) == 1


def test_logging_out_leaves_nothing_in_the_browser(person, maker):
    person.begin("/sign-up")
    secret = person.client.get_cookie("tessera").value
    assert b">Account</a>" in person.get("/").data
    person.post("/log-out")
    assert b">Log in</a>" in person.get("/").data
    assert maker.session.scalar(select(func.count()).select_from(Login)) == 0
    person.client.set_cookie("tessera", secret)
    assert b"This browser" in person.get("/account").data


def test_a_browser_logged_out_from_elsewhere_is_out(person, stranger):
    person.begin("/sign-up")
    stranger.begin("/log-in")
    page = stranger.get("/account").text
    [address] = re.findall(r'action="(/account/browsers/[^"]+/log-out)"', page)
    assert stranger.post(address).location == "/account?done=browser"
    assert b"This browser" in person.get("/account").data
    assert EMAIL in stranger.get("/account").text


def test_a_new_password_keeps_this_browser_and_ends_the_others(person, stranger):
    person.begin("/sign-up")
    stranger.begin("/log-in")
    new = {"current": PASSWORD, "password": "five words in a row"}
    assert person.begin("/account/password", **new).status_code == 303
    assert EMAIL in person.get("/account").text
    assert EMAIL not in stranger.get("/account").text
    stranger.look()
    assert stranger.begin("/log-in").status_code == 422
    assert stranger.begin("/log-in", password="five words in a row").status_code == 303


def test_a_wrong_password_changes_nothing_and_keeps_what_was_typed(person):
    person.begin("/sign-up")
    answer = person.post("/account/email", {"current": "wrong", "email": "eve@example.org"})
    assert answer.status_code == 422
    assert "This is not your password" in answer.text
    assert "eve@example.org" in answer.text
    assert person.post("/account/delete", {"current": "wrong"}).status_code == 422
    assert EMAIL in person.get("/account").text


@pytest.mark.parametrize("act", ["password", "email", "browsers/log-out"])
def test_without_an_account_there_is_nothing_to_change(person, act):
    assert person.post(f"/account/{act}").status_code == 404


def test_deleting_the_account_leaves_no_row_and_no_object(person, stranger, maker, storage):
    """Things of both browsers, made before and after they were one."""
    for who in (person, stranger):
        maker.everything(who.id)
    person.begin("/sign-up")
    stranger.begin("/log-in")
    account = maker.session.scalars(select(Account).where(Account.email == EMAIL)).one()
    after = maker.photo(account.owner_id)
    other = maker.photo(SYSTEM_OWNER)
    assert len(list(storage.list("o/"))) > 20
    assert len(list(storage.begun())) == 2
    answer = person.post("/account/delete", {"current": PASSWORD})
    assert answer.status_code == 200
    assert "Everything is gone" in answer.text
    left = rows(maker)
    assert left.pop("rates") > 0
    assert left == {"owners": 1, "photos": 1}
    assert [info.key for info in storage.list("o/")] == [other.key]
    assert list(storage.begun()) == []
    assert after.key.startswith(f"o/{account.owner_id}/")
    assert stranger.get("/account").status_code == 200
    assert EMAIL not in stranger.get("/account").text


def test_a_browser_without_an_account_deletes_its_own(person, stranger, maker, storage):
    mine, theirs = maker.photo(person.id), maker.photo(stranger.id)
    assert person.post("/account/delete").status_code == 200
    assert [info.key for info in storage.list("o/")] == [theirs.key]
    assert rows(maker) == {"owners": 1, "photos": 1}
    assert mine.key != theirs.key


def test_an_old_copy_of_a_cookie_deletes_nothing_of_the_account(app, person, maker, storage):
    photo = maker.photo(person.id)
    thief = Person(app)
    thief.client.set_cookie("tessera", person.client.get_cookie("tessera").value)
    thief.token = person.token
    person.begin("/sign-up")
    assert thief.post("/account/delete").status_code == 200
    assert storage.get(photo.key)


def test_registration_may_be_closed(limited, maker):
    person = limited(registration="closed")
    assert "Ask them for one" in person.get("/sign-up").text
    assert person.begin("/sign-up").status_code == 403
    assert "sign-up" not in person.get("/log-in").text
    assert rows(maker).get("accounts") is None


@pytest.fixture
def patient(monkeypatch):
    """Nothing of what is spent comes back while a test runs, however slow the machine."""
    monkeypatch.setattr(rates, "LOG_IN", Allowance("log-in", 10, 1_000_000))


def test_tries_to_log_in_are_counted_for_the_account_and_hold_without_redis(limited, patient):
    person = limited(redis_url="redis://127.0.0.1:1/0")
    answers = [person.begin("/log-in", password="wrong") for _ in range(11)]
    assert [answer.status_code for answer in answers] == [422] * 10 + [429]
    assert 90_000 < int(answers[-1].headers["Retry-After"]) <= 100_000
    assert "too many tries" in answers[-1].text
    assert f'value="{EMAIL}"' in answers[-1].text
    assert person.begin("/log-in", email="bob@example.org").status_code == 422


def test_tries_are_counted_for_the_address_too(person, patient, monkeypatch):
    monkeypatch.setattr(rates, "LOG_IN_WIDER", 0.5)
    codes = [person.begin("/log-in", email=f"{n}@example.org").status_code for n in range(6)]
    assert codes == [422] * 5 + [429]


def test_the_right_password_takes_earlier_tries_back(person, stranger):
    person.begin("/sign-up")
    for _ in range(9):
        stranger.begin("/log-in", password="wrong")
    assert stranger.begin("/log-in").status_code == 303
    assert person.post("/account/delete", {"current": "wrong"}).status_code == 422


def test_what_is_counted_names_nobody(person, maker):
    person.begin("/log-in")
    keys = maker.session.scalars(select(Rate.key)).all()
    assert {len(key) for key in keys} == {16}
    assert len(keys) == 2


def test_uploads_are_counted_and_what_was_chosen_is_kept(limited, picture, maker):
    person = limited(uploads_per_hour=2)
    tile_set = maker.tile_set(person.id)

    def send():
        files = {"photo": (io.BytesIO(picture()), "a.jpg"), "tile_set": str(tile_set.id)}
        return person.post("/mosaics", {**files, "penalty": "0.31"})

    assert [send().status_code for _ in range(2)] == [303, 303]
    answer = send()
    assert answer.status_code == 429
    assert 1700 < int(answer.headers["Retry-After"]) <= 1800
    assert "what has arrived is safe" in answer.text
    assert 'value="0.31"' in answer.text
    asked = person.client.post("/photos", headers=person.as_script)
    assert (asked.status_code, "sentence" in asked.json) == (429, True)


def test_mosaics_are_counted_and_the_photo_stays_chosen(limited, maker):
    person = limited(jobs_per_hour=1)
    chosen = {
        "photo_id": maker.photo(person.id).id,
        "tile_set": maker.tile_set(person.id).id,
    }
    assert person.post("/mosaics", chosen).status_code == 303
    answer = person.post("/mosaics", chosen)
    assert answer.status_code == 429
    assert str(chosen["photo_id"]) in answer.text
    assert "what you chose is still here" in answer.text
    assert person.get("/mosaics").status_code == 200


def test_more_jobs_than_may_wait_are_refused(limited, maker):
    person = limited(quota_jobs=1)
    chosen = {
        "photo_id": maker.photo(person.id).id,
        "tile_set": maker.tile_set(person.id).id,
    }
    assert person.post("/mosaics", chosen).status_code == 303
    answer = person.post("/mosaics", chosen)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "30")
    assert "What you chose is still here" in answer.text


def test_more_bytes_than_may_be_are_refused_everywhere_and_nothing_is_left(
    limited, picture, maker, storage
):
    person = limited(quota_bytes=100)
    tile_set = maker.tile_set(person.id, tiles=0)

    def file():
        return io.BytesIO(picture())

    begun = person.ask(f"/tiles/{tile_set.id}/upload").json["url"]
    answers = [
        person.post("/photos", {"photo": (file(), "a.jpg")}),
        person.post(f"/tiles/{tile_set.id}", {"files": (file(), "a.jpg")}),
        person.ask(f"{begun}/files", [["a.jpg", 5000, 1]]),
    ]
    for answer in answers:
        assert answer.status_code == 413
        assert "Delete what you no longer need" in answer.text
        assert "What you have is safe" in answer.text
    assert list(storage.list("o/")) == []
    assert rows(maker).get("photos") is None


def test_more_tiles_than_may_be_are_refused(limited, picture, maker):
    person = limited(quota_tiles=3)
    tile_set = maker.tile_set(person.id, tiles=3)
    answer = person.post(f"/tiles/{tile_set.id}", {"files": (io.BytesIO(picture()), "a.jpg")})
    assert answer.status_code == 413
    assert "3 is the most" in answer.text


def test_the_page_says_how_much_is_used(limited, maker):
    person = limited(quota_bytes=2_000_000_000, quota_tiles=1_200_000, quota_jobs=50)
    maker.everything(person.id)
    page = person.get("/account").text
    assert "of 2 GB" in page
    assert "3 of 1,200,000" in page
    assert "2 of 50, waiting or running" in page
    person.begin("/sign-up")
    assert "3 of 1,200,000" in person.get("/account").text


def test_other_names_than_ours_are_refused(limited):
    person = limited(trusted_hosts=("localhost", "tessera.example.org"))
    for host, status in (("tessera.example.org", 200), ("localhost:8000", 200), ("evil.org", 400)):
        answer = person.get("/tiles", headers={"Host": host})
        assert answer.status_code == status, host
    assert "TRUSTED_HOSTS" in answer.text


def test_who_asks_and_how_is_believed_of_a_trusted_proxy_alone(settings, sessions, bell):
    told = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.org"}
    for proxies, status, hsts in ((0, 200, None), (1, 400, "max-age=31536000")):
        app = create_app(replace(settings, trusted_proxies=proxies), doorbell=bell)
        answer = app.test_client().get("/livez", headers=told)
        assert (answer.status_code, answer.headers.get("Strict-Transport-Security")) == (
            status,
            hsts,
        )
        app.extensions["tessera"].sessions.kw["bind"].dispose()


def test_a_page_that_breaks_shows_and_logs_no_secret(app, person, settings, caplog):
    secret = "four words in a row"

    def broken():
        raise RuntimeError("it broke")

    app.view_functions["people.log_in"] = broken
    answer = person.begin("/log-in", password=secret)
    assert answer.status_code == 500
    assert "it broke" in caplog.text
    for hidden in (secret, settings.secret_key, settings.database_url, "Traceback", "it broke"):
        assert hidden not in answer.text
    for hidden in (secret, settings.secret_key, settings.database_url):
        assert hidden not in caplog.text


def test_somebody_who_watches_holds_no_connection(app, person, maker):
    person.begin("/sign-up")
    account = maker.session.scalars(select(Account)).one()
    owned = {"photo": maker.photo(account.owner_id), "tile_set": maker.tile_set(account.owner_id)}
    job = maker.mosaic(**owned, state=JobState.RUNNING).job
    stream = person.get(f"/jobs/{job.id}/events", buffered=False)
    assert stream.status_code == 200
    assert app.extensions["tessera"].sessions.kw["bind"].pool.checkedout() == 0
    stream.close()


def test_what_is_used_counts_each_byte_once(maker, person, storage):
    """What rows say, beside what lies in storage."""
    mine = maker.everything(person.id)
    told = use_of(maker.session, person.id)
    made = mine.finished
    results = [made.jpeg_bytes, made.png_bytes, made.zoom_bytes or 0]
    files = [mine.photo.bytes, *results, mine.takeaway.bytes, 4, 25]
    packs = maker.session.scalars(select(Pack.bytes)).all()
    assert told.bytes == sum(files) + sum(packs)
    assert told.tiles == 3
    assert told.jobs == 2
