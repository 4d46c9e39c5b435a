"""Who may come in: a token in the Authorization header. Cookies are not looked at, so no other site can use them."""

from __future__ import annotations

from typing import cast

from flask import g, request

from app.domain.errors import NotAllowed, NotKnown
from app.domain.scopes import Scope
from app.models import ApiToken
from app.services.use_token import use_token
from app.web.api.operations import OPERATIONS, blueprint
from app.web.owner import act_for
from app.web.parts import database

WITHOUT = (
    "This address is for scripts that hold a token. Make one on the page “Tokens”, and send it along: "
    "Authorization: Bearer tessera_…"
)


@blueprint.before_request
def _open() -> None:
    sent = request.authorization
    if sent is None or sent.type != "bearer" or not sent.token:
        raise NotKnown(WITHOUT)
    g.api_token = found = use_token(database(), sent.token)
    act_for(found.owner_id)
    need(*OPERATIONS[request.endpoint or ""].scopes)


def need(*scopes: Scope) -> None:
    """Of these one at least. Raises NotAllowed."""
    if not any(token().may(scope) for scope in scopes):
        lacks = " and ".join(f"“{scope}” ({scope.says.lower()})" for scope in scopes)
        raise NotAllowed(
            f"This token may not do that: it lacks {lacks}. "
            "Make one that has it on the page “Tokens”. Nothing was changed."
        )


def token() -> ApiToken:
    """The token of this request."""
    return cast("ApiToken", g.api_token)
