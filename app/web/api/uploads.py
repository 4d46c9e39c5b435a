"""Uploads in parts: name the files, send what is missing, finish. What is there is never sent twice."""

from __future__ import annotations

from typing import Any, BinaryIO, cast
from uuid import UUID

from flask import request, url_for
from werkzeug.exceptions import LengthRequired, UnsupportedMediaType

from app.domain.limits import (
    BATCH_MAX_BYTES,
    BATCH_MAX_FILES,
    FILE_MAX_BYTES,
    MB,
    SMALL_MAX_BYTES,
)
from app.domain.scopes import Scope
from app.models import TileSet
from app.services.finish_upload import finish_upload
from app.services.interrupted import open_upload_of
from app.services.upload_batch import take_batch
from app.services.upload_files import Named, name_files, remove_file
from app.services.upload_parts import complete_file, missing_parts, take_part
from app.services.uploads import discard_upload, open_upload
from app.web.api.bodies import BYTES
from app.web.api.operations import operation
from app.web.api.schemas import TEXT, YES_NO, many, sent, shown, whole
from app.web.api.sources import shown_source
from app.web.large_uploads import LINKS_AT_ONCE
from app.web.owner import owner_id
from app.web.parts import database, parts
from app.web.rates import allow_part, allow_upload

TAG = "Uploads in parts"
# As a browser tells of it: milliseconds since 1970, of a file that may be chosen again.
FILE = shown(
    "path size modified",
    path=TEXT | {"minLength": 1, "maxLength": 1000},
    size=whole(0, FILE_MAX_BYTES),
    modified=whole(0, 2**53),
) | {"additionalProperties": False}


def _ids(upload_id: UUID) -> dict[str, Any]:
    return {"owner_id": owner_id(), "upload_id": upload_id}


@operation(
    *("POST", "/tile-sets/<uuid:tile_set_id>/upload"),
    scope=Scope.TILES,
    tag=TAG,
    says="Begin an upload, or find the one that is open: a set has one at most",
    more="It says how many files are here, and names some of those that were named and are still to come.",
    gives=(200, "Upload"),
)
def begin_upload(tile_set_id: UUID) -> dict[str, Any]:
    allow_upload()
    session = database()
    upload = open_upload(session, owner_id=owner_id(), tile_set_id=tile_set_id)
    here = open_upload_of(session, session.get_one(TileSet, tile_set_id))
    return {
        "id": str(upload.id),
        "here": here.here if here else 0,
        "here_bytes": here.here_bytes if here else 0,
        "waiting": here.waiting if here else 0,
        "waiting_names": list(here.waiting_names) if here else [],
    }


@operation(
    *("POST", "/uploads/<uuid:upload_id>/files"),
    scope=Scope.TILES,
    tag=TAG,
    says="Name files; the same ones named again have the same numbers",
    body=sent("files", files=many(FILE, minItems=1, maxItems=BATCH_MAX_FILES)),
    gives=(200, "Named"),
)
def name_upload(upload_id: UUID, body: dict[str, Any]) -> dict[str, Any]:
    files = [Named(f["path"], int(f["size"]), int(f["modified"])) for f in body["files"]]
    rows = name_files(database(), files=files, **_ids(upload_id))
    return {"files": [{"number": row.number, "here": row.whole} for row in rows]}


@operation(
    *("GET", "/uploads/<uuid:upload_id>/files/<int(max=999999):number>"),
    scope=Scope.TILES,
    tag=TAG,
    says="Which parts of a file are missing, and where the first of them go",
    more="PUT each part's bytes to its url: with this token, except where it is `direct`, which is a link into the bucket. "
    "Ask again until there is none; then complete the file.",
    gives=(200, "Missing"),
)
def missing_of_upload(upload_id: UUID, number: int) -> dict[str, Any]:
    left = missing_parts(database(), parts().storage, number=number, **_ids(upload_id))
    coming = left.coming
    links = []
    for part in left.parts[:LINKS_AT_ONCE]:
        direct = parts().storage.part_url(coming, part)
        ours = url_for("api.put_part", upload_id=upload_id, number=number, part=part)
        place = {"start": coming.start_of(part), "length": coming.length_of(part)}
        links.append({"part": part, **place, "url": direct or ours, "direct": bool(direct)})
    return {"parts": links, "bytes": sum(map(coming.length_of, left.parts))}


@operation(
    *(
        "PUT",
        "/uploads/<uuid:upload_id>/files/<int(max=999999):number>/parts/<int(max=99999):part>",
    ),
    scope=Scope.TILES,
    tag=TAG,
    says="One part's bytes, exactly as many as were asked for",
    takes=(BYTES,),
    gives=(204, None),
    may=(411,),
)
def put_part(upload_id: UUID, number: int, part: int) -> None:
    allow_part()
    take_part(
        database(),
        parts().storage,
        number=number,
        part=part,
        body=_bytes_sent(),
        length=request.content_length,
        check=lambda _: _need_length(),
        **_ids(upload_id),
    )


@operation(
    *("PUT", "/uploads/<uuid:upload_id>/files/<int(max=999999):first>/to/<int(max=999999):last>"),
    scope=Scope.TILES,
    tag=TAG,
    says="Small files all at once, end to end in one body, in the order of their numbers",
    more=f"Files of up to {SMALL_MAX_BYTES // MB} MB, {BATCH_MAX_BYTES // MB} MB together; each is complete then.",
    takes=(BYTES,),
    gives=(204, None),
    may=(411,),
)
def put_files(upload_id: UUID, first: int, last: int) -> None:
    allow_part()
    _need_length()
    take_batch(
        database(),
        parts().storage,
        first=first,
        count=last - first + 1,
        body=_bytes_sent(),
        length=request.content_length or 0,
        **_ids(upload_id),
    )


@operation(
    *("POST", "/uploads/<uuid:upload_id>/files/<int(max=999999):number>/complete"),
    scope=Scope.TILES,
    tag=TAG,
    says="All parts of a file are there",
    gives=(204, None),
    may=(409,),
)
def complete_upload(upload_id: UUID, number: int) -> None:
    complete_file(database(), parts().storage, number=number, **_ids(upload_id))


@operation(
    *("DELETE", "/uploads/<uuid:upload_id>/files/<int(max=999999):number>"),
    scope=Scope.TILES,
    tag=TAG,
    says="Take a file off the list",
    gives=(204, None),
)
def remove_of_upload(upload_id: UUID, number: int) -> None:
    remove_file(database(), parts().storage, number=number, **_ids(upload_id))


@operation(
    *("POST", "/uploads/<uuid:upload_id>/finish"),
    scope=Scope.TILES,
    tag=TAG,
    says="Have what is here read into the set",
    more="Files that are not here yet are waited for, unless `as_it_is`.",
    body=sent(as_it_is=YES_NO),
    gives=(202, "Source"),
)
def end_upload(upload_id: UUID, body: dict[str, Any]) -> dict[str, Any]:
    source = finish_upload(
        database(),
        parts().storage,
        parts().doorbell,
        as_it_is=body.get("as_it_is", False),
        **_ids(upload_id),
    )
    return shown_source(source)


@operation(
    *("DELETE", "/uploads/<uuid:upload_id>"),
    scope=Scope.TILES,
    tag=TAG,
    says="Forget an open upload and all that is here of it",
    gives=(204, None),
)
def give_up_upload(upload_id: UUID) -> None:
    discard_upload(database(), parts().storage, **_ids(upload_id))


def _bytes_sent() -> BinaryIO:
    if request.mimetype != BYTES:
        raise UnsupportedMediaType
    return cast("BinaryIO", request.stream)


def _need_length() -> None:
    if request.content_length is None:
        raise LengthRequired
