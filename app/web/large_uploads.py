"""Uploads in parts, as static/js/upload.js asks for them. Each answer says what is missing; what is there is never sent twice."""

from __future__ import annotations

from typing import Any, BinaryIO, TypedDict, cast
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from app.domain.errors import BadInput
from app.services.finish_upload import finish_upload
from app.services.upload_batch import take_batch
from app.services.upload_files import Named, name_files, remove_file
from app.services.upload_parts import complete_file, missing_parts, take_part
from app.services.uploads import discard_upload, locked_upload, open_upload
from app.web.owner import owner_id
from app.web.part_links import check_link, part_link
from app.web.parts import database, parts
from app.web.rates import allow_part, allow_upload

# A gigabyte at a time: links expire, and a browser that asks again learns what arrived since.
LINKS_AT_ONCE = 64
NOT_READ = "The list of files could not be read. Reload the page and choose them again."

blueprint = Blueprint("uploads", __name__)


class _Ids(TypedDict):
    owner_id: UUID
    upload_id: UUID


@blueprint.post("/tiles/<uuid:tile_set_id>/upload")
def begin(tile_set_id: UUID) -> dict[str, str]:
    """The set's open upload, old or new."""
    allow_upload()
    upload = open_upload(database(), owner_id=owner_id(), tile_set_id=tile_set_id)
    return {"url": url_for("uploads.name", upload_id=upload.id).removesuffix("/files")}


@blueprint.post("/uploads/<uuid:upload_id>/files")
def name(upload_id: UUID) -> dict[str, Any]:
    """Put files on the list: `[[path, size, modified], ...]`. For each, its number and whether it is here."""
    locked_upload(
        database(), **_ids(upload_id)
    )  # whose it is comes first, then what is in the list
    rows = name_files(database(), files=_named(request.get_json(silent=True)), **_ids(upload_id))
    return {"files": [[row.number, row.whole] for row in rows]}


@blueprint.post("/uploads/<uuid:upload_id>/files/<int(max=999999):number>")
def missing(upload_id: UUID, number: int) -> dict[str, Any]:
    """Which parts of a file are missing, and where the first of them go: to us alone, where the browser says `by=us`."""
    left = missing_parts(database(), parts().storage, number=number, **_ids(upload_id))
    direct = request.args.get("by") != "us"
    links = [
        {
            "start": left.coming.start_of(part),
            "length": left.coming.length_of(part),
            "url": (direct and parts().storage.part_url(left.coming, part))
            or part_link(upload_id, number, left.coming, part),
        }
        for part in left.parts[:LINKS_AT_ONCE]
    ]
    return {"parts": links, "bytes": sum(map(left.coming.length_of, left.parts))}


@blueprint.put(
    "/uploads/<uuid:upload_id>/files/<int(max=999999):number>/parts/<int(max=99999):part>"
)
def take(upload_id: UUID, number: int, part: int) -> Response:
    """A part's bytes, straight from the line to storage."""
    allow_part()
    take_part(
        database(),
        parts().storage,
        number=number,
        part=part,
        body=_body(),
        length=request.content_length,
        check=lambda coming: check_link(coming, part),
        **_ids(upload_id),
    )
    return Response(status=204)


@blueprint.post("/uploads/<uuid:upload_id>/files/<int(max=999999):number>/complete")
def complete(upload_id: UUID, number: int) -> Response:
    """All parts of a file are there."""
    complete_file(database(), parts().storage, number=number, **_ids(upload_id))
    return Response(status=204)


@blueprint.post("/uploads/<uuid:upload_id>/files/<int(max=999999):number>/remove")
def remove(upload_id: UUID, number: int) -> Response:
    """Take a file off the list."""
    remove_file(database(), parts().storage, number=number, **_ids(upload_id))
    return Response(status=204)


@blueprint.put("/uploads/<uuid:upload_id>/files/<int(max=999999):first>-<int(max=999999):last>")
def batch(upload_id: UUID, first: int, last: int) -> Response:
    """Small files, end to end in one body."""
    allow_part()
    take_batch(
        database(),
        parts().storage,
        first=first,
        count=last - first + 1,
        body=_body(),
        length=request.content_length or 0,
        **_ids(upload_id),
    )
    return Response(status=204)


@blueprint.post("/uploads/<uuid:upload_id>/done")
def done(upload_id: UUID) -> Response:
    """All files are here, or the person says that these are all (`as_it_is`)."""
    source = finish_upload(
        database(),
        parts().storage,
        parts().doorbell,
        as_it_is="as_it_is" in request.form,
        **_ids(upload_id),
    )
    return redirect(url_for("tiles.page", tile_set_id=source.tile_set_id), 303)


@blueprint.post("/uploads/<uuid:upload_id>/discard")
def discard(upload_id: UUID) -> Response:
    """Forget all of it."""
    tile_set_id = discard_upload(database(), parts().storage, **_ids(upload_id))
    return redirect(url_for("tiles.page", tile_set_id=tile_set_id), 303)


def _ids(upload_id: UUID) -> _Ids:
    return {"owner_id": owner_id(), "upload_id": upload_id}


def _body() -> BinaryIO:
    return cast("BinaryIO", request.stream)


def _named(told: object) -> list[Named]:
    if not isinstance(told, list):
        raise BadInput(NOT_READ)
    return [_one(each) for each in told]


def _one(told: object) -> Named:
    match told:
        case [str(path), int(size), int(modified)] if size >= 0:
            return Named(path, size, modified)
    raise BadInput(NOT_READ)
