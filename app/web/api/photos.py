"""Photos: to be made into mosaics."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from werkzeug.wrappers import Response

from app.domain.scopes import Scope
from app.services import browse, listing
from app.services.ask_to_look import look_at_photo
from app.services.upload_photo import upload_photo
from app.web import pictures
from app.web.api import show
from app.web.api.bodies import BYTES, PICTURES, file_sent
from app.web.api.cursors import PAGED, mark_in, page_of
from app.web.api.operations import operation
from app.web.api.schemas import NAME
from app.web.owner import owner_id
from app.web.parts import database, parts
from app.web.rates import allow_upload

TAG = "Photos"


@operation(
    *("POST", "/photos"),
    scope=Scope.MAKE,
    tag=TAG,
    says="Upload a photo: its bytes are the body",
    more="One that no mosaic was made of within a day is forgotten.",
    query={"name": NAME},
    takes=(BYTES, *PICTURES),
    gives=(201, "Photo"),
    once=True,
)
def add_photo(asked: dict[str, Any]) -> dict[str, Any]:
    allow_upload()
    with file_sent((BYTES, *PICTURES)) as stream:
        photo = upload_photo(
            database(),
            parts().storage,
            owner_id=owner_id(),
            name=asked.get("name", "photo"),
            stream=stream,
        )
    look_at_photo(database(), parts().doorbell, photo)
    return show.photo(photo)


@operation(
    *("GET", "/photos"),
    scope=Scope.READ,
    tag=TAG,
    says="Your photos, newest first",
    query=PAGED,
    gives=(200, "Photos"),
)
def photos(asked: dict[str, Any]) -> dict[str, Any]:
    after = mark_in(asked.get("cursor"))
    return page_of(listing.photos_of(database(), owner_id(), after, asked["limit"]), show.photo)


@operation(
    *("GET", "/photos/samples"),
    scope=Scope.READ,
    tag=TAG,
    says="The photos that come with Tessera, for a first mosaic",
    gives=(200, "Photos"),
)
def sample_photos() -> dict[str, Any]:
    return {"items": [show.photo(row) for row in browse.sample_photos(database())], "next": None}


@operation(
    *("GET", "/photos/<uuid:photo_id>"),
    scope=Scope.READ,
    tag=TAG,
    says="One photo",
    gives=(200, "Photo"),
)
def photo(photo_id: UUID) -> dict[str, Any]:
    return show.photo(browse.photo_for(database(), owner_id(), photo_id))


@operation(
    *("GET", "/photos/<uuid:photo_id>/content"),
    scope=Scope.READ,
    tag=TAG,
    says="Its bytes, as uploaded or as a JPEG",
    gives=(200, "image/*"),
)
def photo_content(photo_id: UUID) -> Response:
    return pictures.photo_original(photo_id)
