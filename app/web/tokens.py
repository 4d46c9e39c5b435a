"""The page of tokens: what scripts use in place of a browser's cookie. Each is shown once."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.domain import limits
from app.domain.errors import BadInput
from app.domain.lasting import LASTS, lasting
from app.domain.scopes import Scope
from app.services.api_tokens import create_token, revoke_token, tokens_of
from app.web.owner import owner_id
from app.web.parts import database

blueprint = Blueprint("tokens", __name__)


@blueprint.get("/tokens")
def page() -> Response:
    """Those there are, and a form for a new one."""
    return _page()


@blueprint.post("/tokens")
def create() -> Response:
    """Make one and show it. It is in this answer and nowhere else."""
    try:
        token, secret = create_token(
            database(),
            owner_id=owner_id(),
            name=request.form.get("name", ""),
            scopes=_scopes(),
            lasts=lasting(request.form.get("days", "")),
        )
    except BadInput as mistake:
        return _page(mistakes={mistake.field or "name": mistake.sentence}, status=mistake.status)
    return _page(made=token.name, secret=secret)


@blueprint.post("/tokens/<uuid:token_id>/revoke")
def revoke(token_id: UUID) -> AnyResponse:
    """End it and go back to the list."""
    revoke_token(database(), owner_id=owner_id(), token_id=token_id)
    return redirect(url_for("tokens.page"), 303)


def _scopes() -> set[Scope]:
    asked = request.form.getlist("scopes")
    return {scope for scope in Scope if scope in asked}


def _page(
    *,
    made: str = "",
    secret: str = "",
    mistakes: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    page = render_template(
        "tokens.html",
        tokens=tokens_of(database(), owner_id()),
        made=made,
        secret=secret,
        mistakes=mistakes or {},
        # Where something is to be mended, the form stands as it was sent.
        name=request.form.get("name", "") if mistakes else "",
        days=request.form.get("days", "") if mistakes else "30",
        chosen=_scopes() if mistakes else {Scope.READ, Scope.MAKE},
        scopes=list(Scope),
        lasts=LASTS,
        limits=limits,
    )
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response
