"""Every error page: the person's mistakes with what to do about them, and our failures with what is safe."""

from __future__ import annotations

import logging
import time
from urllib.parse import urlsplit

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, SecurityError

from app.domain.errors import OurFailure, PersonError, ServiceDown
from app.domain.limits import MB, PHOTO_MAX_BYTES, UPLOAD_MAX_BYTES, UPLOAD_MAX_FILES
from app.domain.quotas import TooMany
from app.storage.base import MissingObject, StorageDown
from app.storage.full import is_full
from app.web.fields import for_script
from app.web.parts import parts
from app.web.problem import for_program, problem

log = logging.getLogger(__name__)

# A browser shows our page only once its body has been taken; more than this is not worth the line.
DRAIN_BYTES = 1_000 * MB
DRAIN_SECONDS = 20
DRAIN_CHUNK = 1 << 20

TITLES = {
    400: "This request could not be read",
    401: "Not known",
    403: "Not from this page",
    404: "Nothing here",
    405: "Not this way",
    408: "Not all of it came",
    409: "Not now",
    413: "Too large",
    416: "No such part",
    422: "Almost",
    429: "A little later, please",
    500: "Our mistake",
    503: "Back in a moment",
}
SENTENCES = {
    400: "Something in it was not as we expect. Go back, reload the page and try again. Nothing was changed.",
    404: "There is nothing at this address. It may have been deleted, or the link may be incomplete.",
    405: "This address takes a form from one of our pages. Go back to the page and use its button.",
    411: "How long the body is has to be said first. Send a Content-Length. Nothing was changed.",
    415: "A body of this kind is not understood here. The document at /api says which are. Nothing was changed.",
    416: "The file ends before the part that was asked for. Start the download again from its beginning.",
    500: "Something broke on our side, and we wrote it down. What you had made and uploaded is safe. Try again in a moment.",
    503: "A part of Tessera does not answer just now. What you had made and uploaded is safe. Try again in a minute.",
}
PHOTO_TOO_LARGE = (
    f"This photo is larger than {PHOTO_MAX_BYTES // MB} MB, the largest we take. "
    "Save it smaller, go back and choose it again. Nothing was changed."
)
TOO_LARGE = {
    "create.mosaic": PHOTO_TOO_LARGE,
    "api.add_photo": PHOTO_TOO_LARGE,
    "api.add_source": (
        f"One body takes up to {UPLOAD_MAX_BYTES // (1000 * MB)} GB, and this was more. Send it as an upload in parts. "
        "Nothing was added."
    ),
    "preflight.photo": PHOTO_TOO_LARGE,
    "tiles.add": (
        f"One upload takes up to {UPLOAD_MAX_BYTES // (1000 * MB)} GB and {UPLOAD_MAX_FILES:,} files, and this was more. "
        "Go back and send the pictures in parts: a set can be added to as often as you like. Nothing was added."
    ),
}
FORM_TOO_LARGE = "This form is larger than any of ours can be. Go back, reload the page and try again. Nothing was changed."
STALE_FORM = (
    "This form was opened in another session, or your browser does not keep our cookie. "
    "Go back, reload the page and send it again. Nothing was changed."
)
NO_ROOM = (
    "Our storage is full just now, so this was not taken. What you had made and uploaded is safe. "
    "Try again later."
)
MISSING = (
    "The file behind this address is no longer in our storage, though it should be. "
    "Make the mosaic again, or upload the pictures once more."
)
UNKNOWN_HOST = "Tessera does not go by this name. Whoever runs it adds the name to TRUSTED_HOSTS. Nothing was changed.\n"


def add_errors(app: Flask) -> None:
    """Register a page for whatever may go wrong."""
    app.register_error_handler(PersonError, _person)
    app.register_error_handler(MissingObject, _missing)
    app.register_error_handler(OurFailure, _ours)
    app.register_error_handler(OSError, _disk)
    for down in (OperationalError, InterfaceError, NoConnection):
        app.register_error_handler(down, _database_down)
    app.register_error_handler(RequestEntityTooLarge, _too_large)
    app.register_error_handler(CSRFError, _stale)
    app.register_error_handler(SecurityError, _unknown_host)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unforeseen)


# Where they say something else to a program than to a person.
TO_PROGRAMS = {
    400: "The body could not be read as JSON. Nothing was changed.",
    405: "This address does not take this method; Allow names those it takes. Nothing was changed.",
}


def _page(status: int, sentence: str | None = None, field: str | None = None) -> Response:
    if for_program():
        _drain()
        sentence = sentence or TO_PROGRAMS.get(status)
        response = problem(status, sentence or SENTENCES.get(status, SENTENCES[400]), field)
    else:
        says = sentence or SENTENCES.get(status, SENTENCES[400])
        response = make_response(_body(status, says), status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _body(status: int, sentence: str) -> Response | str:
    """A page, or for a script of ours the sentence alone."""
    if for_script():
        _drain()
        return jsonify(sentence=sentence)
    title = TITLES.get(status, "Something went wrong")
    return render_template("error.html", title=title, sentence=sentence, back=_back())


def _person(error: PersonError) -> Response:
    return refused(_page(error.status, error.sentence, error.field), error)


def refused(response: Response, error: PersonError) -> Response:
    """An answer with the status of what was refused, and when to come back."""
    response.status_code = error.status
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _missing(error: MissingObject) -> Response:
    log.error("a row names an object that is gone: %s", error.key)
    return _page(404, MISSING)


def _ours(error: OurFailure) -> Response:
    log.error("our failure: %s", error, exc_info=error)
    if isinstance(error, StorageDown):
        parts().counters.add("storage_errors", where="web")
    return _retry_later(error.status, NO_ROOM if is_full(error) else None)


def _disk(error: OSError) -> Response:
    """A form's files wait on our disk while they arrive."""
    if not is_full(error):
        return _unforeseen(error)
    log.error("our disk is full: %s", error)
    return _retry_later(ServiceDown.status, NO_ROOM)


def _database_down(error: Exception) -> Response:
    log.error("no database: %s", error)
    return _retry_later(ServiceDown.status)


def _retry_later(status: int, sentence: str | None = None) -> Response:
    response = _page(status, sentence)
    if status == ServiceDown.status:
        response.headers["Retry-After"] = "30"
    return response


def _too_large(_: RequestEntityTooLarge) -> Response:
    _drain()
    return _page(413, TOO_LARGE.get(request.endpoint or "", FORM_TOO_LARGE))


def _stale(_: CSRFError) -> Response:
    return _page(403, STALE_FORM)


def _unknown_host(_: SecurityError) -> Response:
    """Plain text: a page of ours would need links, and links would need the name."""
    return Response(UNKNOWN_HOST, 400, mimetype="text/plain")


def _http(error: HTTPException) -> Response:
    if error.response is not None or error.code is None or error.code < 400:
        return make_response(error.get_response())
    response = _page(error.code)
    for name, value in error.get_headers():
        if name in {"Allow", "Content-Range"}:
            response.headers[name] = value
    return response


def _unforeseen(error: Exception) -> Response:
    log.error("unforeseen, at %s %s", request.method, request.path, exc_info=error)
    return _page(500)


def _drain() -> None:
    """Take the rest of the body in, within bounds: else the browser shows a broken connection, not our sentence."""
    body = request.environ["wsgi.input"]
    left = min(DRAIN_BYTES, request.content_length or 0)
    until = time.monotonic() + DRAIN_SECONDS
    while left > 0 and time.monotonic() < until:
        taken = len(body.read(min(DRAIN_CHUNK, left)))
        if not taken:
            return
        left -= taken


def _back() -> str | None:
    """The page of ours that the person came from."""
    came_from = urlsplit(request.headers.get("Referer", ""))
    if came_from.netloc != request.host or came_from.path == request.path:
        return None
    return came_from.path + (f"?{came_from.query}" if came_from.query else "")
