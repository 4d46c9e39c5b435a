"""Each operation of the API: declared, and for its owner's tokens alone. A new one is tested from its first day."""

import re

import pytest

from app.domain.limits import SYSTEM_OWNER
from app.domain.scopes import Scope
from app.web.api.operations import OPERATIONS
from tests.integration.web.api import API, Script, token_for
from tests.integration.web.test_owners import counted

UNKNOWN = "6b1f0f5e-0000-4000-8000-000000000000"
# Of what is shared too everybody keeps versions and has files made of their own, and what a hand on the slider asks changes nothing.
EVERYBODY_MAY = {"add_version", "add_takeaway", "tune", "curve", "cell", "print_layout"}
# Bodies that would do something.
BODIES = {
    "add_mosaic": {"photo_id": UNKNOWN, "tile_set_id": UNKNOWN},
    "add_bans": {"numbers": [1]},
    "add_takeaway": {"kind": "png"},
    "add_tile_set": {"name": "x"},
    "allow": {"numbers": [1]},
    "cell": {"column": 0, "row": 0},
    "change_version": {"name": "x"},
    "delete_tiles": {"numbers": [1]},
    "how_it_fits": {"photo_id": UNKNOWN, "tile_set_id": UNKNOWN},
    "name_upload": {"files": [{"path": "a", "size": 1, "modified": 1}]},
}


def calls(app, belongings, *, naming=True):
    """Operation and a request of it for whatever names something, or all."""
    adapter = app.url_map.bind("localhost")
    for endpoint, operation in OPERATIONS.items():
        arguments = re.findall(r"{(\w+)}", operation.path)
        if naming and not arguments:
            continue
        values = {name: belongings.addresses[name] for name in arguments}
        path = adapter.build(endpoint, values, operation.method).removeprefix(API)
        told = {}
        if operation.body is not None:
            told["json"] = BODIES.get(operation.name, {})
        elif operation.takes:
            told = {"data": b"x", "content_type": operation.takes[0]}
        yield operation, lambda script, o=operation, p=path, t=told: script(o.method, p, **t)


@pytest.fixture
def mine_too(app, maker, person):
    return Script(app, token_for(maker.session, person.id))


@pytest.fixture
def theirs(app, maker, stranger):
    return Script(app, token_for(maker.session, stranger.id))


def test_the_document_has_every_route_and_no_other(app):
    document = app.test_client().get("/api/v1/openapi.json").json
    declared = {
        (method.upper(), API + path)
        for path, methods in document["paths"].items()
        for method in methods
    }
    routes = {
        (method, re.sub(r"<(?:[^:<>]+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/") and rule.endpoint != "api_pages.openapi"
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert declared == routes


def test_what_belongs_to_somebody_else_is_not_found(app, theirs, mine, maker):
    before = counted(maker.session)
    for operation, call in calls(app, mine):
        answer = call(theirs)
        assert answer.status_code == 404, operation.name
        assert answer.mimetype == "application/problem+json"
        assert "Grandma" not in answer.text
        assert "Lake house" not in answer.text
    assert counted(maker.session) == before


def test_the_owner_finds_all_of_it(app, mine_too, mine):
    for operation, call in calls(app, mine):
        if operation.method == "GET":
            assert call(mine_too).status_code == 200, operation.name


def test_what_is_shared_everybody_sees_and_nobody_changes(app, mine_too, shared, maker):
    before = counted(maker.session)
    for operation, call in calls(app, shared):
        # Everybody's uploads, versions and files are their own, of shared mosaics too.
        own = operation.path.startswith(("/uploads", "/versions", "/takeaways"))
        if operation.name not in EVERYBODY_MAY:
            seen = operation.method == "GET" and not own
            assert call(mine_too).status_code == (200 if seen else 404), operation.name
    assert counted(maker.session) == before
    assert shared.tile_set.owner_id == SYSTEM_OWNER


def test_without_a_token_nothing_is_done(app, mine, maker):
    before = counted(maker.session)
    for operation, call in calls(app, mine, naming=False):
        assert call(Script(app)).status_code == 401, operation.name
    assert counted(maker.session) == before


SCOPES = sorted({operation.scopes for operation in OPERATIONS.values()})


@pytest.mark.parametrize("scopes", SCOPES, ids=" or ".join)
def test_a_token_does_what_it_was_made_for_and_no_more(app, maker, person, mine, scopes):
    before = counted(maker.session)
    script = Script(app, token_for(maker.session, person.id, *(set(Scope) - set(scopes))))
    for operation, call in calls(app, mine, naming=False):
        if operation.scopes == scopes:
            answer = call(script)
            assert answer.status_code == 403, operation.name
            assert all(f"“{scope}”" in answer.json["detail"] for scope in scopes)
    before["api_tokens"] += 1
    assert counted(maker.session) == before


@pytest.mark.parametrize("what", ["cancel", "again"])
def test_a_job_is_for_tokens_that_could_have_begun_it(app, maker, person, mine, what):
    """A token that makes mosaics ends no import of hours, and one that fills sets no mosaic."""
    scripts = {
        scope: Script(app, token_for(maker.session, person.id, scope))
        for scope in (Scope.MAKE, Scope.TILES)
    }
    for job, scope, other in (
        (mine.reading, Scope.TILES, Scope.MAKE),
        (mine.running.job, Scope.MAKE, Scope.TILES),
        (mine.takeaway.job, Scope.MAKE, Scope.TILES),
    ):
        before = job.state
        refused = scripts[other].post(f"/jobs/{job.id}/{what}")
        assert refused.status_code == 403
        assert f"lacks “{scope}”" in refused.json["detail"]
        maker.session.refresh(job)
        assert job.state == before
        assert scripts[scope].post(f"/jobs/{job.id}/{what}").status_code in {200, 202}
