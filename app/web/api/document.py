"""The OpenAPI 3.1 document, out of the operations as they were declared."""

from __future__ import annotations

import re
from functools import cache
from http import HTTPStatus
from typing import Any

from app.web.api.components import COMPONENTS
from app.web.api.once import HEADER, LONGEST
from app.web.api.operations import OPERATIONS, Operation
from app.web.api.schemas import ID, Schema, one_of, ref, whole
from app.web.problem import PROBLEM

VERSION = "1.1.0"
ABOUT = (
    "Everything that the pages of Tessera do, for scripts. Make a token on the page “Tokens” and send it with each "
    "request: `Authorization: Bearer tessera_…`. Times are UTC, sizes are bytes. Lists come in pages: take `next` as "
    "`cursor` until it is null. A POST with an `Idempotency-Key` may be sent again without being done again. "
    "Errors are problem details (RFC 9457) whose `detail` says what was wrong, what to do, and what is safe. "
    "Fields that this document does not name may come: leave them unread."
)
# As somebody reads who makes a mosaic for the first time.
TAGS = (
    *("You", "Photos", "Tile sets", "Sources", "Uploads in parts", "Tiles"),
    *("Mosaics", "Tuning", "Tile by tile", "Files", "Links", "Jobs"),
)
_PART = re.compile(r"<(?:(?P<kind>\w+)(?:\((?P<told>[^)]*)\))?:)?(?P<name>\w+)>")
_BYTES: Schema = {}
_WITH_TOKEN = (401, 403, 429, 503)


def in_order() -> list[Operation]:
    """All operations, those of one kind together."""
    return sorted(OPERATIONS.values(), key=lambda operation: TAGS.index(operation.tag))


@cache
def document() -> dict[str, Any]:
    """As JSON."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in in_order():
        paths.setdefault(operation.path, {})[operation.method.lower()] = _described(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Tessera", "version": VERSION, "description": ABOUT},
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "tags": [{"name": name} for name in TAGS],
        "paths": paths,
        "components": {
            "schemas": COMPONENTS,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _described(operation: Operation) -> dict[str, Any]:
    scopes = " or ".join(f"`{scope}`" for scope in operation.scopes)
    found: dict[str, Any] = {
        "operationId": operation.name,
        "tags": [operation.tag],
        "summary": operation.says,
        "description": f"{operation.more} Needs the scope {scopes}.".strip(),
        "parameters": [*_in_path(operation), *_in_query(operation), *_in_headers(operation)],
        "responses": _responses(operation),
    }
    if operation.body is not None:
        content = {"application/json": {"schema": operation.body}}
        found["requestBody"] = {"required": True, "content": content}
    elif operation.takes:
        content = {kind: {"schema": _BYTES} for kind in operation.takes}
        found["requestBody"] = {"required": True, "content": content}
    return found


def _in_path(operation: Operation) -> list[dict[str, Any]]:
    return [
        {"name": part["name"], "in": "path", "required": True, "schema": _schema_of(part)}
        for part in _PART.finditer(operation.rule)
    ]


def _schema_of(part: re.Match[str]) -> Schema:
    """Of a part of an address, as Werkzeug's converter has it."""
    told = part["told"] or ""
    if part["kind"] == "int":
        return whole(0, int(told.removeprefix("max=")))
    if part["kind"] == "any":
        return one_of(told.split(", "))
    return ID


def _in_query(operation: Operation) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "query", "required": False, "schema": schema}
        for name, schema in operation.query.items()
    ]


def _in_headers(operation: Operation) -> list[dict[str, Any]]:
    if not operation.once:
        return []
    schema = {"type": "string", "minLength": 1, "maxLength": LONGEST, "pattern": "^[!-~]+$"}
    return [{"name": HEADER, "in": "header", "required": False, "schema": schema}]


def _responses(operation: Operation) -> dict[str, Any]:
    status, gives = operation.gives
    content = {} if gives is None else {"content": _content(operation, gives)}
    found = {str(status): {"description": HTTPStatus(status).phrase, **content}}
    for code in sorted({*operation.may, *_WITH_TOKEN, *_follows(operation)}):
        problem = {PROBLEM: {"schema": ref("Problem")}}
        shown = _content(operation, gives or "") if code == HTTPStatus.PARTIAL_CONTENT else problem
        found[str(code)] = {"description": HTTPStatus(code).phrase, "content": shown}
    return found


def _content(operation: Operation, gives: str) -> dict[str, Any]:
    if operation.answer is not None:
        return {"application/json": {"schema": operation.answer}}
    return {gives: {"schema": _BYTES}}


def _follows(operation: Operation) -> set[int]:
    """What may go wrong with anything of the kind."""
    found: set[int] = set()
    if "<" in operation.rule or operation.body is not None:
        found |= {404}
    if operation.body is not None:
        found |= {400, 413, 415, 422}
    if operation.takes:
        found |= {400, 404, 408, 413, 415, 422}
    if operation.query:
        found |= {422}
    if operation.once:
        found |= {409, 422}
    if "max=" in operation.rule:
        found |= {
            405
        }  # as Werkzeug answers a number beyond its bounds where there are other methods
    return found
