"""The OpenAPI document held against the routes: requests that keep to it, and requests that break it on purpose."""

import re
from uuid import uuid4

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from app.web.api.once import HEADER
from app.web.api.operations import OPERATIONS
from tests.integration.web.api import token_for

EXAMPLES = {GenerationMode.POSITIVE: 8, GenerationMode.NEGATIVE: 12}
# What keeps to the schema and cannot be done all the same: random bytes are no picture, a part has its length, ...
MAY_REFUSE = {
    *("add_photo", "add_source", "put_part", "put_files", "end_upload"),
    *("add_mosaic", "add_version", "tune", "add_takeaway", "print_layout"),
}
# Of which random bytes, and random cells, find no way through.
REFUSED = {
    "add_photo": (422,),
    "put_part": (422, 404),
    "put_files": (422,),
    "complete_upload": (409,),
    "end_upload": (422,),
    "cell": (404,),
}


@pytest.fixture
def document(app):
    return app.test_client().get("/api/v1/openapi.json").json


def make_real(case, real):
    """Ids in bodies are of what is there, names hold a letter; a cursor means something to us alone; a key is used once."""
    if isinstance(case.body, dict):
        case.body |= {
            name: f"x{case.body[name][1:]}" for name in ("name", "title") if name in case.body
        }
        case.body |= {name: real[name] for name in ("photo_id", "tile_set_id") if name in case.body}
    case.query.pop("cursor", None)
    if HEADER in case.headers:
        case.headers[HEADER] = uuid4().hex


def wrong_key(case):
    """A key that is too long where headers are what is wrong, else one that is right."""
    modes = {str(place.value): info.mode for place, info in case.meta.components.items()}
    return "x" * 300 if modes.get("header") is GenerationMode.NEGATIVE else uuid4().hex


@pytest.fixture
def send(app, document, person, maker, mine):
    """`send(operation, mode)` sends what Schemathesis thinks of, with a token for everything, about things that are there."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    headers = {"Authorization": f"Bearer {token_for(maker.session, person.id)}"}
    real = {name: str(value) for name, value in mine.addresses.items()}

    def send(operation, mode):
        names = re.findall(r"{(\w+)}", operation.path)
        fixed = {name: real[name] for name in names} if mode is GenerationMode.POSITIVE else None
        told = schema[operation.path][operation.method]
        sent = []

        @settings(
            max_examples=EXAMPLES[mode],
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=told.as_strategy(generation_mode=mode, path_parameters=fixed))
        def run(case):
            if mode is GenerationMode.POSITIVE:
                make_real(case, real)
            elif HEADER in case.headers:
                # Blanks around a header's value are no part of it, so a key that is wrong by them alone is right.
                case.headers[HEADER] = wrong_key(case)
            excluded = [positive_data_acceptance] if operation.name in MAY_REFUSE else []
            answer = case.call_and_validate(headers=headers, excluded_checks=excluded)
            sent.append(answer.status_code)

        run()
        return sent

    return send


def test_the_document_is_openapi(app):
    schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app).validate()


def in_order():
    """What deletes comes last, and last of all what takes other things along."""
    takes_along = ("remove_mosaic", "remove_tile_set")
    return sorted(
        OPERATIONS.values(),
        key=lambda operation: (operation.name in takes_along, operation.method == "DELETE"),
    )


def test_what_keeps_to_the_document_is_answered_as_it_says(send):
    for operation in in_order():
        answered = send(operation, GenerationMode.POSITIVE)
        assert set(answered) & {operation.gives[0], *REFUSED.get(operation.name, ())}, (
            operation.name
        )


def test_what_breaks_it_is_refused_as_it_says(send):
    for operation in in_order():
        if "{" in operation.path or operation.query or operation.body or operation.takes:
            # What is refused in which way is Schemathesis's to check; that anything was, is ours.
            statuses = send(operation, GenerationMode.NEGATIVE)
            assert any(400 <= status < 500 for status in statuses), operation.name
