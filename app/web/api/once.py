"""The Idempotency-Key header."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, jsonify, request
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import BadInput
from app.services.answer_once import begin_once, end_once, forget_once
from app.web.owner import owner_id
from app.web.parts import database

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
LONGEST = 200


def once(view: Callable[[], AnyResponse], values: Mapping[str, Any]) -> AnyResponse:
    """Answer, or with a key that was used before give the answer of then."""
    key = request.headers.get(HEADER)
    if key is None:
        return view()
    if not (0 < len(key) <= LONGEST and key.isascii() and key.isprintable()):
        raise BadInput(f"An Idempotency-Key is 1 to {LONGEST} plain characters.", field=HEADER)
    session, owner = database(), owner_id()
    known = begin_once(session, owner, key, _hash(values))
    if known is not None:
        return _again(known.status or 200, known.body)
    try:
        response = view()
    except BaseException:
        forget_once(session, owner, key)
        raise
    end_once(session, owner, key, status=response.status_code, body=json.loads(response.data))
    return response


def _again(status: int, body: object) -> Response:
    response = jsonify(body)
    response.status_code = status
    response.headers[REPLAYED] = "true"
    return response


def _hash(values: Mapping[str, Any]) -> bytes:
    """Of what was asked for. Of bytes that were sent, their number: they need not be read twice to know a repeat."""
    told = [request.method, request.path, sorted(request.args.items(multi=True))]
    sent = values.get("body", request.content_length)
    return hashlib.sha256(json.dumps([told, sent], sort_keys=True).encode()).digest()
