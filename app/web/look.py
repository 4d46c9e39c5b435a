"""Light, dark or 1998: a cookie, so that the server sends each page in the right theme at once."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Blueprint, current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from app.services.hanging import Hanging, hanging
from app.web.parts import database
from app.web.security import SESSION_LIFETIME

COOKIE = "theme"
THEMES = ("light", "dark", "1998")

blueprint = Blueprint("look", __name__)


@blueprint.post("/theme")
def theme() -> Response:
    """Keep the choice and go back to the page."""
    response = redirect(_own_path(request.form.get("back", "")), 303)
    chosen = request.form.get("theme", "")
    if chosen in THEMES:
        secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
        response.set_cookie(
            COOKIE, chosen, max_age=SESSION_LIFETIME, secure=secure, httponly=True, samesite="Lax"
        )
    else:
        response.delete_cookie(COOKIE)
    return response


@blueprint.app_context_processor
def _theme() -> dict[str, str | Callable[[], Hanging]]:
    kept = request.cookies.get(COOKIE, "")
    return {"theme": kept if kept in THEMES else "", "hanging": _hanging}


def _hanging() -> Hanging:
    """For the counter of 1998, which is asked for by its own template alone."""
    return hanging(database())


def _own_path(address: str) -> str:
    """An address on this site, or the first page: a form could name anybody's."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or "\\" in address or not address.startswith("/"):
        return url_for("make.page")
    return address
