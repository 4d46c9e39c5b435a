"""The API to be read: its document for programs, and a page for people."""

from __future__ import annotations

from itertools import groupby

from flask import Blueprint, Response, jsonify, render_template

from app.domain.scopes import Scope
from app.web.api.document import document, in_order

blueprint = Blueprint("api_pages", __name__)


@blueprint.get("/api/v1/openapi.json")
def openapi() -> Response:
    """OpenAPI 3.1."""
    return jsonify(document())


@blueprint.get("/api")
def page() -> str:
    """The same as a page."""
    groups = groupby(in_order(), key=lambda operation: operation.tag)
    return render_template(
        "api.html",
        groups=[(tag, list(operations)) for tag, operations in groups],
        scopes=list(Scope),
    )
