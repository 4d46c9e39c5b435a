"""Errors as programs read them (RFC 9457), with the sentences that pages have."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response, json, request

API = "/api/v1/"
PROBLEM = "application/problem+json"


def for_program() -> bool:
    """Whether this address is one of the API's."""
    return request.path.startswith(API)


def problem(status: int, sentence: str, field: str | None = None) -> Response:
    """`field` names what of the request was wrong."""
    body: dict[str, object] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": sentence,
    }
    if field:
        body["field"] = field
    response = Response(json.dumps(body), status, content_type=PROBLEM)
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="Tessera"'
    return response
