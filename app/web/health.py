"""For whatever watches over the process: is it alive, and can it serve pages."""

from __future__ import annotations

from flask import Blueprint, Response
from sqlalchemy import text

from app.web.parts import database

blueprint = Blueprint("health", __name__)


@blueprint.get("/livez")
def livez() -> Response:
    """The process answers; nothing else is touched."""
    return Response("alive\n", mimetype="text/plain")


@blueprint.get("/readyz")
def readyz() -> Response:
    """Postgres answers too; when not, the error page says 503."""
    database().execute(text("SELECT 1"))
    return Response("ready\n", mimetype="text/plain")
