"""Single tiles of a set."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from werkzeug.wrappers import Response

from app.domain.colors import lab_of
from app.domain.numbers import TILE_NUMBER_MAX
from app.domain.scopes import Scope
from app.services import browse, wall
from app.services.remove_tiles import remove_tiles
from app.web import pictures
from app.web import tile as tile_page
from app.web.api import show
from app.web.api.cursors import PAGED, number_in
from app.web.api.operations import JPEG, operation
from app.web.api.schemas import ID, TEXT, many, sent, whole
from app.web.keeping import MOST
from app.web.owner import owner_id
from app.web.parts import database, parts

TAG = "Tiles"
COLOR = TEXT | {"pattern": "^[0-9a-fA-F]{6}$"}
TIME_MS = whole(0, 2**31 - 1)
WAITS = "The first time a worker has to cut it out: that may take a moment, and a 503 means to ask again."
NUMBERS = many(whole(0, TILE_NUMBER_MAX), minItems=1, maxItems=MOST)


@operation(
    *("GET", "/tile-sets/<uuid:tile_set_id>/tiles"),
    scope=Scope.READ,
    tag=TAG,
    says="The tiles of a set in the order of their numbers",
    more="Of one source, of a stretch of a film (milliseconds), or, with `color` as 26619c, those of about that colour, "
    f"the nearest first and {wall.NEAREST:,} at most.",
    query={**PAGED, "source_id": ID, "color": COLOR, "from_ms": TIME_MS, "to_ms": TIME_MS},
    gives=(200, "Tiles"),
)
def tiles(tile_set_id: UUID, asked: dict[str, Any]) -> dict[str, Any]:
    session, limit = database(), asked["limit"]
    tile_set = browse.tile_set_for(session, owner_id(), tile_set_id)
    after = number_in(asked.get("cursor"))
    found = wall.tiles_on(session, tile_set, _wanted(asked), after=after, limit=limit + 1)
    end = str(found[limit - 1][0]) if len(found) > limit else None
    return {"items": [show.tile(row) for _, row in found[:limit]], "next": end}


def _wanted(asked: dict[str, Any]) -> wall.Wanted:
    color = asked.get("color")
    rgb = bytes.fromhex(color) if color else None
    return wall.Wanted(
        source_id=UUID(asked["source_id"]) if "source_id" in asked else None,
        color=lab_of((rgb[0], rgb[1], rgb[2])) if rgb else None,
        from_ms=asked.get("from_ms"),
        to_ms=asked.get("to_ms"),
    )


@operation(
    *("POST", "/tile-sets/<uuid:tile_set_id>/tiles/remove"),
    scope=Scope.TILES,
    tag=TAG,
    says="Take tiles out of a set for good",
    body=sent("numbers", numbers=NUMBERS),
    gives=(200, "Removed"),
)
def delete_tiles(tile_set_id: UUID, body: dict[str, Any]) -> dict[str, Any]:
    removed = remove_tiles(
        database(),
        parts().storage,
        parts().doorbell,
        owner_id=owner_id(),
        tile_set_id=tile_set_id,
        numbers=[int(number) for number in body["numbers"]],
    )
    return {"removed": removed}


@operation(
    *("GET", "/tile-sets/<uuid:tile_set_id>/tiles/<int(max=2147483647):number>"),
    scope=Scope.READ,
    tag=TAG,
    says="One tile: its file, its colour, its time in the film",
    gives=(200, "Tile"),
)
def tile(tile_set_id: UUID, number: int) -> dict[str, Any]:
    return show.tile(browse.tile_place(database(), owner_id(), tile_set_id, number)[0])


@operation(
    *("GET", "/tile-sets/<uuid:tile_set_id>/tiles/<int(max=2147483647):number>/content"),
    scope=Scope.READ,
    tag=TAG,
    says="Its picture",
    gives=(200, JPEG),
)
def tile_content(tile_set_id: UUID, number: int) -> Response:
    return pictures.tile(tile_set_id, number)


@operation(
    *("GET", "/tile-sets/<uuid:tile_set_id>/tiles/<int(max=2147483647):number>/frame"),
    scope=Scope.READ,
    tag=TAG,
    says="The frame of the film that it was cut from",
    more=WAITS,
    gives=(200, JPEG),
)
def tile_frame(tile_set_id: UUID, number: int) -> Response:
    return tile_page.frame(tile_set_id, number)


@operation(
    *("GET", "/tile-sets/<uuid:tile_set_id>/tiles/<int(max=2147483647):number>/clip"),
    scope=Scope.READ,
    tag=TAG,
    says="The seconds of the film around it, to play",
    more=WAITS,
    gives=(200, "video/*"),
    may=(206, 416),
)
def tile_clip(tile_set_id: UUID, number: int) -> Response:
    return tile_page.clip(tile_set_id, number)
