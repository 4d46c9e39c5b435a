"""What the API can do: each operation declared once, for the routes, the checks and the document."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from flask import Blueprint, Response, jsonify
from werkzeug.wrappers import Response as AnyResponse

from app.domain.scopes import Scope
from app.web.api.check import json_body, query
from app.web.api.once import once
from app.web.api.schemas import Schema, ref

Answer = dict[str, Any] | AnyResponse | None
View = Callable[..., Answer]
JPEG, PNG, ZIP = "image/jpeg", "image/png", "application/zip"
_CONVERTER = re.compile(r"<(?:[^:<>]+:)?(\w+)>")

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")


@dataclass(frozen=True)
class Operation:
    """One method of one address.

    scope, or_scope : what a token needs. Of two one opens the door, and the view asks `door.need` for the right one.
    gives : status and what comes with it: the name of a schema, a media type, or nothing.
    query : parameters of the address, each optional.
    body : the schema of a JSON body, or None.
    takes : media types of a body that is bytes.
    may : what else may go wrong, beside what follows from the rest.
    once : an Idempotency-Key is understood.
    """

    method: str
    rule: str
    scope: Scope
    tag: str
    says: str
    gives: tuple[int, str | None]
    or_scope: Scope | None = None
    name: str = ""
    more: str = ""
    query: Mapping[str, Schema] = field(default_factory=dict)
    body: Schema | None = None
    takes: tuple[str, ...] = ()
    may: tuple[int, ...] = ()
    once: bool = False

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """Those that open it."""
        return (self.scope, self.or_scope) if self.or_scope else (self.scope,)

    @property
    def path(self) -> str:
        """As OpenAPI writes it."""
        return _CONVERTER.sub(r"{\1}", self.rule)

    @property
    def answer(self) -> Schema | None:
        """The schema of a JSON answer; None for bytes and for nothing."""
        name = self.gives[1]
        return ref(name) if name and "/" not in name else None


# By endpoint.
OPERATIONS: dict[str, Operation] = {}


def operation(method: str, rule: str, **told: Any) -> Callable[[View], View]:
    """Make a view of a function: it gets the parts of the address, `body` and `asked` (the query) where declared.

    It returns what is sent as JSON, None for nothing, or a whole response.
    """

    def declare(view: View) -> View:
        declared = Operation(method, rule, name=view.__name__, **told)
        OPERATIONS[f"{blueprint.name}.{view.__name__}"] = declared

        @wraps(view)
        def answer(**values: Any) -> AnyResponse:
            if declared.body is not None:
                values["body"] = json_body(declared.body)
            if declared.query:
                values["asked"] = query(declared.query)
            if declared.once:
                return once(lambda: _response(declared, view(**values)), values)
            return _response(declared, view(**values))

        blueprint.add_url_rule(rule, view.__name__, answer, methods=[method])
        return view

    return declare


def _response(declared: Operation, answer: Answer) -> AnyResponse:
    if isinstance(answer, AnyResponse):
        return answer
    if answer is None:
        return Response(status=204)
    response = jsonify(answer)
    response.status_code = declared.gives[0]
    return response
