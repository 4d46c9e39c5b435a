"""What somebody with a link sees: the mosaic, and nothing else of its owner's. No cookie is set, none is looked at."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import NotFound
from app.models import Mosaic
from app.services.open_share import GONE, open_share
from app.services.walk_in import square_of
from app.web.crop import shape
from app.web.files import ASK_FIRST, send_object
from app.web.parts import database, parts
from app.web.pictures import JPEG
from app.web.words import short_hash

# As `engine.render.preview` draws it, with whole pixels for each cell.
PREVIEW_LONG_SIDE = 1200

blueprint = Blueprint("shared", __name__, url_prefix="/s")


@blueprint.get("/<link>")
def page(link: str) -> str:
    """The mosaic to walk up to; for messengers, a title, a sentence and a picture."""
    share, mosaic = open_share(database(), link)
    width, height = preview_size(mosaic)
    return render_template(
        "shared/page.html",
        link=link,
        title=share.title or "A photo mosaic",
        says=_says(mosaic, mosaic.tile_set_name if share.names_set else ""),
        mosaic=mosaic,
        shape=shape(mosaic),
        preview_version=short_hash(mosaic.preview_key or ""),
        preview_width=width,
        preview_height=height,
    )


@blueprint.get("/<link>/preview.jpg")
def preview(link: str) -> Response:
    """For messengers, which show it on pages of their own."""
    response = _picture(open_share(database(), link)[1].preview_key)
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@blueprint.get("/<link>/picture.jpg")
def picture(link: str) -> Response:
    """The whole mosaic."""
    return _picture(open_share(database(), link)[1].jpeg_key)


@blueprint.get("/<link>/zoom/<int:level>/<int:column>_<int:row>.jpg")
def square(link: str, level: int, column: int, row: int) -> Response:
    """512 px of the picture at one of its sizes; asked for again each time, as the picture is."""
    mosaic = open_share(database(), link)[1]
    body = square_of(parts().storage, mosaic, level, column, row)
    response = Response(body, mimetype=JPEG, headers={"Cache-Control": ASK_FIRST})
    response.set_etag(short_hash(f"{mosaic.zoom_key} {level} {column} {row}"))
    response.make_conditional(request)
    return response


@blueprint.errorhandler(NotFound)
def gone(_: NotFound) -> Response:
    """One page for a link that ended, for one that never was, and for what a mosaic does not have."""
    response = make_response(render_template("shared/gone.html", sentence=GONE), 404)
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.after_request
def _keep_quiet(response: AnyResponse) -> AnyResponse:
    """No search engine lists it, and where somebody goes from here nobody learns the link."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def preview_size(mosaic: Mosaic) -> tuple[int, int]:
    """Width and height of the preview, which messengers want to know before they fetch it."""
    cell = max(1, PREVIEW_LONG_SIDE // max(mosaic.cols, mosaic.rows))
    return mosaic.cols * cell, mosaic.rows * cell


def _says(mosaic: Mosaic, set_name: str) -> str:
    tiles = f"{mosaic.cols * mosaic.rows:,} small pictures"
    return f"{tiles} of “{set_name}”, laid as one." if set_name else f"{tiles}, laid as one."


def _picture(key: str | None) -> Response:
    if key is None:
        raise NotFound(GONE)
    # Asked for again each time: a link that ended shows nothing from a cache.
    return send_object(parts().storage, key, JPEG, cache=ASK_FIRST)
