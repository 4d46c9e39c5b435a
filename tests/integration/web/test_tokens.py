"""Tokens: shown once, kept as a hash, for what they were made for, until they end."""

import hashlib
import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from app.domain.limits import TOKENS_MAX
from app.domain.scopes import Scope
from app.models import ApiToken
from tests.integration.web.api import Script, token_for

SECRET = re.compile(r"tessera_[\w-]{43}")


@pytest.fixture
def made(person):
    """A token made on the page."""
    page = person.post("/tokens", {"name": "Laptop", "scopes": ["read", "make"], "days": "7"})
    return SECRET.search(page.text)[0]


def row(maker):
    maker.session.rollback()
    return maker.session.scalars(select(ApiToken)).one()


def test_it_is_shown_once_and_only_its_hash_is_kept(person, made, maker):
    token = row(maker)
    assert token.hash == hashlib.sha256(made.encode()).digest()
    assert (token.owner_id, token.name, token.scopes) == (person.id, "Laptop", ["read", "make"])
    again = person.get("/tokens")
    assert made not in again.text
    assert "Laptop" in again.text
    assert again.headers["Cache-Control"] == "no-store"


def test_a_script_acts_for_its_owner_and_gets_no_cookie(app, made, person, mine):
    answer = Script(app, made).get(f"/mosaics/{mine.finished.id}")
    assert answer.json["id"] == str(mine.finished.id)
    assert "Set-Cookie" not in answer.headers


def test_a_cookie_opens_nothing(person, mine):
    answer = person.get(f"/api/v1/mosaics/{mine.finished.id}")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.mimetype == "application/problem+json"


def test_a_token_opens_no_page(app, made, mine):
    answer = app.test_client().get(
        f"/mosaics/{mine.finished.id}", headers={"Authorization": f"Bearer {made}"}
    )
    assert answer.status_code == 404


@pytest.mark.parametrize("header", ["Bearer x", "Bearer ", "Basic dXNlcjpwYXNz", "tessera_x", ""])
def test_what_is_no_token_opens_nothing(app, made, header):
    answer = Script(app)("GET", "/me", headers={"Authorization": header})
    assert answer.status_code == 401
    assert "page “Tokens”" in answer.json["detail"]


def test_revoked_it_opens_nothing_any_more(app, person, made, maker):
    assert Script(app, made).get("/me").status_code == 200
    assert person.post(f"/tokens/{row(maker).id}/revoke").location == "/tokens"
    assert Script(app, made).get("/me").status_code == 401
    assert "None yet" in person.get("/tokens").text


def test_nobody_else_revokes_it(app, stranger, made, maker):
    assert stranger.post(f"/tokens/{row(maker).id}/revoke").status_code == 404
    assert Script(app, made).get("/me").status_code == 200


def test_expired_it_opens_nothing(app, person, made, maker):
    maker.session.execute(update(ApiToken).values(expires_at=datetime(2020, 1, 1, tzinfo=UTC)))
    maker.session.commit()
    assert Script(app, made).get("/me").status_code == 401
    assert "expired 1 January 2020" in person.get("/tokens").text


def test_the_last_use_is_written_once_a_minute(app, made, maker):
    script = Script(app, made)
    assert row(maker).used_at is None
    script.get("/me")
    first = row(maker).used_at
    assert first is not None
    script.get("/me")
    assert row(maker).used_at == first
    maker.session.execute(update(ApiToken).values(used_at=first - timedelta(minutes=2)))
    maker.session.commit()
    script.get("/me")
    assert row(maker).used_at >= first


def test_a_scope_that_was_not_given_is_refused_by_name(app, made, mine):
    answer = Script(app, made)("DELETE", f"/tile-sets/{mine.tile_set.id}")
    assert answer.status_code == 403
    assert "lacks “tiles”" in answer.json["detail"]


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        (
            {"name": "", "scopes": "read"},
            "Give the token a name, for example “Script on the laptop”",
        ),
        ({"name": "x"}, "Tick at least one thing"),
        ({"name": "x", "scopes": "all"}, "Tick at least one thing"),
        ({"name": "x", "scopes": "read", "days": "0"}, "whole number of days"),
        ({"name": "x", "scopes": "read", "days": "²"}, "whole number of days"),
    ],
)
def test_a_mistake_stands_beside_its_field(person, maker, sent, says):
    answer = person.post("/tokens", sent)
    assert answer.status_code == 422
    assert says in answer.text
    assert maker.session.scalars(select(ApiToken)).all() == []


def test_there_is_an_end_to_how_many(person, maker):
    token_for(maker.session, person.id)
    [first] = maker.session.scalars(select(ApiToken))
    told = {name: getattr(first, name) for name in ("owner_id", "name", "scopes")}
    maker.session.add_all(
        ApiToken(**told, hash=bytes([number])) for number in range(TOKENS_MAX - 1)
    )
    maker.session.commit()
    assert f"{TOKENS_MAX} tokens" in person.post("/tokens", {"name": "x", "scopes": "read"}).text


def test_the_page_of_the_api_names_every_operation(app, person):
    page = person.get("/api").text
    for operation in app.test_client().get("/api/v1/openapi.json").json["paths"]:
        assert f"<code>{operation}</code>" in page
    assert all(scope.value in page for scope in Scope)
    assert "Scope: make or tiles." in page
    assert "<code>sharp</code>: of the tiles themselves" in page
    assert "`" not in page
