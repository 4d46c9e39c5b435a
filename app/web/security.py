"""Headers, tokens, cookies and the sizes of bodies: the same for every page."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import cast

from flask import Flask, Response, g, request, session
from flask_wtf import CSRFProtect
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.middleware.proxy_fix import ProxyFix

from app.domain.limits import (
    BATCH_MAX_BYTES,
    MB,
    PART_BYTES,
    PHOTO_MAX_BYTES,
    UPLOAD_MAX_BYTES,
    UPLOAD_MAX_FILES,
)

# Browsers keep a cookie for 400 days at most.
SESSION_LIFETIME = timedelta(days=400)
# Names, boundaries and fields around the bytes of a photo; with some hundred bytes for each of many files.
FORM_BYTES = MB
BODY_MAX = {
    "create.mosaic": PHOTO_MAX_BYTES + FORM_BYTES,
    "preflight.photo": PHOTO_MAX_BYTES + FORM_BYTES,
    "tiles.add": UPLOAD_MAX_BYTES + 4 * FORM_BYTES,
    "uploads.take": PART_BYTES,
    "uploads.batch": BATCH_MAX_BYTES,
    "api.add_photo": PHOTO_MAX_BYTES,
    "api.add_source": UPLOAD_MAX_BYTES,
    "api.put_part": PART_BYTES,
    "api.put_files": BATCH_MAX_BYTES,
    "api.delete_tiles": 4 * FORM_BYTES,
}
# A year; of this host alone, for we do not know what else lives under its domain.
HSTS = "max-age=31536000"
HEADERS = {
    "Content-Security-Policy": (
        # Scripts that carry the nonce of the page, and modules that these import; nothing else, not even a file of ours.
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'self'; img-src 'self' blob:; media-src 'self'; connect-src {connect}; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=(), payment=(), usb=()",
    "Cache-Control": "private, no-cache",
}


def secure(
    app: Flask,
    *,
    secret_key: str,
    cookie_secure: bool,
    trusted_proxies: int,
    trusted_hosts: Sequence[str] = (),
    uploads_to: str | None = None,
) -> None:
    """Wire all of it; the limit on bodies comes first, because reading a token reads the body.

    `uploads_to` is the origin, beside our own, that pages may send files to.
    """
    app.config.update(
        SECRET_KEY=secret_key,
        # Browsers take a cookie of this prefix from this host alone, over HTTPS alone.
        SESSION_COOKIE_NAME="__Host-tessera" if cookie_secure else "tessera",
        SESSION_COOKIE_SECURE=cookie_secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        PERMANENT_SESSION_LIFETIME=SESSION_LIFETIME,
        SESSION_REFRESH_EACH_REQUEST=False,  # a page does (below); hundreds of tiles need not
        # Another name than these is refused: it would end up in links that we make.
        TRUSTED_HOSTS=list(trusted_hosts) or None,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a form may lie open overnight
    )
    app.before_request(_limit_body)
    CSRFProtect(app)
    app.add_template_global(csp_nonce)
    app.after_request(partial(_add_headers, " ".join(filter(None, ["'self'", uploads_to]))))
    if trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=trusted_proxies, x_proto=trusted_proxies, x_host=trusted_proxies
        )


def _limit_body() -> None:
    limit = BODY_MAX.get(request.endpoint or "", FORM_BYTES)
    request.max_content_length = limit
    request.max_form_parts = UPLOAD_MAX_FILES + 20
    if (request.content_length or 0) > limit:
        raise RequestEntityTooLarge


def csp_nonce() -> str:
    """What this page's scripts carry; another one each time, and no page of anybody's can know it."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return cast("str", g.csp_nonce)


def _add_headers(connect: str, response: Response) -> Response:
    for name, value in HEADERS.items():
        if name not in response.headers:
            response.headers[name] = value.format(nonce=csp_nonce(), connect=connect)
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = HSTS
    if response.mimetype == "text/html" and session:
        session.modified = True  # the cookie lives on for as long as somebody comes back
    return response
