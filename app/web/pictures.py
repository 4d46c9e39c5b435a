"""Every picture that a page shows, and the downloads."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import NotFound
from app.domain.heif import HEIC
from app.models import Mosaic
from app.services import browse
from app.web.file_names import file_name
from app.web.files import ASK_FIRST, FOR_GOOD, send_object
from app.web.links import Named, hand_out
from app.web.owner import owner_id
from app.web.parts import database, parts
from app.web.words import short_hash

JPEG, PNG = "image/jpeg", "image/png"
NOT_YET = (
    "This mosaic is not finished, so there is no picture of it yet. Its page shows how far it is."
)
NO_PNG = (
    "This mosaic came without a PNG. Have one made: its page leads to it under “Print, film, other formats”, "
    "and the API has it under “Files”. The JPEG is here."
)

blueprint = Blueprint("pictures", __name__)


@blueprint.get("/photos/<uuid:photo_id>")
def photo_original(photo_id: UUID) -> Response:
    """A photo as it was uploaded, or as a JPEG where few browsers would show it and a worker has made one."""
    photo = browse.photo_for(database(), owner_id(), photo_id)
    if photo.view_key is not None:
        return send_object(parts().storage, photo.view_key, JPEG)
    cache = ASK_FIRST if photo.content_type == HEIC else FOR_GOOD
    response = send_object(parts().storage, photo.key, photo.content_type, cache=cache)
    # Bytes of a stranger's making: shown as a picture, never as a document of ours.
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@blueprint.get("/mosaics/<uuid:mosaic_id>/photo.jpg")
def photo(mosaic_id: UUID) -> Response:
    """The photo of a mosaic: re-encoded and upright once a worker has read it, before that as it was uploaded."""
    mosaic = _mosaic(mosaic_id)
    if mosaic.photo_view_key is None:
        response = photo_original(mosaic.photo_id)
        response.headers["Cache-Control"] = ASK_FIRST
        return response
    return send_object(parts().storage, mosaic.photo_view_key, JPEG)


@blueprint.get("/mosaics/<uuid:mosaic_id>/preview.jpg")
def preview(mosaic_id: UUID) -> Response:
    """Small, and there before the mosaic is. Under an address with its version it is fetched once."""
    key = _mosaic(mosaic_id).preview_key
    named = key is not None and request.args.get("v") == short_hash(key)
    return _send(key, JPEG, cache=FOR_GOOD if named else ASK_FIRST)


@blueprint.get("/mosaics/<uuid:mosaic_id>/picture.jpg")
def picture(mosaic_id: UUID) -> Response:
    """The whole mosaic, to look at."""
    return _send(_mosaic(mosaic_id).jpeg_key, JPEG)


@blueprint.get("/mosaics/<uuid:mosaic_id>/download.<any(jpg, png):kind>")
def download(mosaic_id: UUID, kind: str) -> AnyResponse:
    """The whole mosaic, to keep."""
    return hand_out(**_whole(mosaic_id, kind))


def for_script(mosaic_id: UUID, kind: str) -> Response:
    """The same at once: a script shows its token each time, and needs no link."""
    return send_object(parts().storage, **_whole(mosaic_id, kind))


@blueprint.get("/tiles/<uuid:tile_set_id>/strip.jpg")
def strip(tile_set_id: UUID) -> Response:
    """Some of a set's tiles side by side; its address carries the set's generation."""
    tile_set = browse.tile_set_for(database(), owner_id(), tile_set_id)
    if tile_set.strip_key is None:
        raise NotFound("This tile set has no tiles yet.")
    return send_object(parts().storage, tile_set.strip_key, JPEG)


@blueprint.get("/tiles/<uuid:tile_set_id>/t/<int:number>.jpg")
def tile(tile_set_id: UUID, number: int) -> Response:
    """One tile, cut out of its pack. A tile's number is for good."""
    place, pack = browse.tile_place(database(), owner_id(), tile_set_id, number)
    body = parts().storage.range(pack.key, place.offset, place.length)
    return Response(body, mimetype=JPEG, headers={"Cache-Control": FOR_GOOD})


def _mosaic(mosaic_id: UUID) -> Mosaic:
    return browse.mosaic_for(database(), owner_id(), mosaic_id)


def _whole(mosaic_id: UUID, kind: str) -> Named:
    mosaic = _mosaic(mosaic_id)
    key, content_type = (mosaic.jpeg_key, JPEG) if kind == "jpg" else (mosaic.png_key, PNG)
    if key is None:
        raise NotFound(NO_PNG if mosaic.jpeg_key else NOT_YET)
    return {"key": key, "content_type": content_type, "save_as": f"{file_name(mosaic)}.{kind}"}


def _send(key: str | None, content_type: str, *, cache: str = ASK_FIRST) -> Response:
    if key is None:
        raise NotFound(NOT_YET)
    return send_object(parts().storage, key, content_type, cache=cache)
