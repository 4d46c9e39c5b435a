"""Mosaics: made, looked at, downloaded, deleted."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID, uuid4

from flask import request
from werkzeug.wrappers import Response

from app.domain.scopes import Scope
from app.services import browse, listing
from app.services.cancel_job import cancel_job
from app.services.delete_mosaic import delete_mosaic
from app.services.make_mosaic import make_mosaic
from app.web import pictures
from app.web.api import show
from app.web.api.bodies import options_in
from app.web.api.cursors import PAGED, mark_in, page_of
from app.web.api.once import HEADER
from app.web.api.operations import JPEG, operation
from app.web.api.schemas import ID, OPTIONS, sent
from app.web.owner import owner_id
from app.web.parts import database, parts
from app.web.rates import allow_job

TAG = "Mosaics"


@operation(
    *("POST", "/mosaics"),
    scope=Scope.MAKE,
    tag=TAG,
    says="Make a mosaic: queued at once, made by a worker",
    more="Follow its job. Options that are left out are automatic, as on the first page.",
    body=sent("photo_id tile_set_id", photo_id=ID, tile_set_id=ID, options=sent(**OPTIONS)),
    gives=(202, "Mosaic"),
    once=True,
)
def add_mosaic(body: dict[str, Any]) -> dict[str, Any]:
    allow_job()
    mosaic = make_mosaic(
        database(),
        parts().doorbell,
        owner_id=owner_id(),
        photo_id=UUID(body["photo_id"]),
        tile_set_id=UUID(body["tile_set_id"]),
        options=options_in(body.get("options", {})),
        idempotency_key=_key(body),
    )
    return show.mosaic(mosaic)


@operation(
    *("GET", "/mosaics"),
    scope=Scope.READ,
    tag=TAG,
    says="Your mosaics, newest first",
    query=PAGED,
    gives=(200, "Mosaics"),
)
def mosaics(asked: dict[str, Any]) -> dict[str, Any]:
    after = mark_in(asked.get("cursor"))
    found = listing.mosaics_of(database(), owner_id(), after, asked["limit"])
    return page_of(found, show.mosaic)


@operation(
    *("GET", "/mosaics/<uuid:mosaic_id>"),
    scope=Scope.READ,
    tag=TAG,
    says="One mosaic, with its job and, once it is made, its receipt",
    gives=(200, "Mosaic"),
)
def mosaic(mosaic_id: UUID) -> dict[str, Any]:
    return show.mosaic(browse.mosaic_for(database(), owner_id(), mosaic_id))


@operation(
    *("DELETE", "/mosaics/<uuid:mosaic_id>"),
    scope=Scope.MAKE,
    tag=TAG,
    says="Delete it, its versions and links, and its photo unless another mosaic uses it",
    gives=(204, None),
)
def remove_mosaic(mosaic_id: UUID) -> None:
    delete_mosaic(database(), parts().storage, owner_id=owner_id(), mosaic_id=mosaic_id)


@operation(
    *("POST", "/mosaics/<uuid:mosaic_id>/cancel"),
    scope=Scope.MAKE,
    tag=TAG,
    says="Stop making it; what is over stays as it is",
    gives=(200, "Mosaic"),
)
def cancel_mosaic(mosaic_id: UUID) -> dict[str, Any]:
    session, owner = database(), owner_id()
    found = browse.mosaic_for(session, owner, mosaic_id, mine=True)
    cancel_job(session, owner_id=owner, job_id=found.job.id)
    session.refresh(found.job)
    return show.mosaic(found)


@operation(
    *("GET", "/mosaics/<uuid:mosaic_id>/preview"),
    scope=Scope.READ,
    tag=TAG,
    says="A small picture of it, there before the mosaic is",
    gives=(200, JPEG),
)
def mosaic_preview(mosaic_id: UUID) -> Response:
    return pictures.preview(mosaic_id)


@operation(
    *("GET", "/mosaics/<uuid:mosaic_id>/photo"),
    scope=Scope.READ,
    tag=TAG,
    says="The photo it was made from",
    gives=(200, "image/*"),
)
def mosaic_photo(mosaic_id: UUID) -> Response:
    return pictures.photo(mosaic_id)


@operation(
    *("GET", "/mosaics/<uuid:mosaic_id>/files/<any(jpg, png):kind>"),
    scope=Scope.READ,
    tag=TAG,
    says="The whole mosaic; a download that broke goes on by Range",
    more="A mosaic comes as jpg; a png is here of those made long ago. Of any other have one made, under “Files”.",
    gives=(200, "image/*"),
    may=(206, 416),
)
def mosaic_file(mosaic_id: UUID, kind: str) -> Response:
    return pictures.for_script(mosaic_id, kind)


def _key(body: dict[str, Any]) -> str:
    """Beside the answer that is kept: should we die between the two, the job is still there once."""
    key = request.headers.get(HEADER)
    if key is None:
        return f"api {uuid4()}"
    return "api " + hashlib.sha256(f"{key}\0{sorted(body.items())}".encode()).hexdigest()
