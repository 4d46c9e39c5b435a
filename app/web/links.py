"""Links to download an object: good for five minutes, for whoever has them, and for nothing else."""

from __future__ import annotations

from typing import TypedDict

from flask import Blueprint, current_app, redirect, request, url_for
from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from app.domain.errors import NotFound
from app.web.files import attachment, send_object
from app.web.parts import parts

# A slow line may take longer for the bytes: what counts is when they were asked for.
LINK_SECONDS = 300
NO_LINK = "This link is not whole. Go back to the page of the mosaic and press Download again."

blueprint = Blueprint("links", __name__)


class Named(TypedDict):
    """An object to hand out."""

    key: str
    content_type: str
    save_as: str


def hand_out(key: str, content_type: str, *, save_as: str) -> Response:
    """Send whoever may have this object to a link. The address that they came by makes another one, later too."""
    told: Named = {"key": key, "content_type": content_type, "save_as": save_as}
    response = redirect(_of_the_bucket(told) or _of_ours(told), 302)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.get("/download")
def download() -> Response:
    """The object. What stands behind the question mark is the key to it, and is logged nowhere.

    When a browser goes on with a broken download after that time, it is sent to where the link came from, which asks again
    whose it is.
    """
    try:
        key, content_type, save_as, _ = _signer().loads(_sent(), max_age=LINK_SECONDS)
    except SignatureExpired as late:
        return redirect(_origin(late), 302)
    except BadSignature as error:
        raise NotFound(NO_LINK) from error
    return send_object(parts().storage, key, content_type, save_as=save_as)


def _of_the_bucket(told: Named) -> str | None:
    """Where browsers reach the bucket, a link into it: no byte passes through us.

    It is signed for GET alone. What is gone, or a bucket that is away, is ours to tell, in a sentence: so we look first.
    """
    storage, how = parts().storage, attachment(told["save_as"])
    if request.method != "GET":
        return None
    link = storage.get_url(told["key"], content_type=told["content_type"], disposition=how)
    if link is not None:
        storage.head(told["key"])
    return link


def _of_ours(told: Named) -> str:
    link = _signer().dumps([*told.values(), request.path])
    return url_for("links.download", link=link)


def _origin(late: SignatureExpired) -> str:
    """The path that we signed, if late."""
    return str(_signer().load_payload(late.payload or b"")[3])


def _sent() -> str:
    return request.args.get("link", "")


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="download")
