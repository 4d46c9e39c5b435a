"""Tile by tile: bans in a set, and what else fits a cell."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from app.domain import limits
from app.domain.edits import Cell
from app.domain.numbers import TILE_NUMBER_MAX
from app.domain.scopes import Scope
from app.services import browse
from app.services.ban_tiles import allow_tiles, ban_tiles
from app.services.bans import banned_in
from app.services.tune_mosaic import cell_of
from app.web.api.operations import operation
from app.web.api.schemas import many, sent, whole
from app.web.api.tuning import TUNED, tuned_options
from app.web.owner import owner_id
from app.web.parts import database, parts

TAG = "Tile by tile"
NUMBERS = many(whole(0, TILE_NUMBER_MAX), minItems=1, maxItems=limits.SET_BANS_MAX)
SIDE = whole(0, limits.CELLS_MAX - 1)


@operation(
    *("GET", "/tile-sets/<uuid:tile_set_id>/bans"),
    scope=Scope.READ,
    tag=TAG,
    says="The tiles that nothing shows which is made of a set",
    gives=(200, "Banned"),
)
def bans(tile_set_id: UUID) -> dict[str, Any]:
    tile_set = browse.tile_set_for(database(), owner_id(), tile_set_id)
    return {"numbers": list(banned_in(database(), tile_set.id))}


@operation(
    *("POST", "/tile-sets/<uuid:tile_set_id>/bans"),
    scope=Scope.TILES,
    tag=TAG,
    says="Ban tiles from all that is made of a set. Answers with those that were not banned before",
    body=sent("numbers", numbers=NUMBERS),
    gives=(200, "Banned"),
)
def add_bans(tile_set_id: UUID, body: dict[str, Any]) -> dict[str, Any]:
    numbers = [int(number) for number in body["numbers"]]
    new = ban_tiles(database(), owner_id=owner_id(), tile_set_id=tile_set_id, numbers=numbers)
    return {"numbers": new}


@operation(
    *("POST", "/tile-sets/<uuid:tile_set_id>/bans/allow"),
    scope=Scope.TILES,
    tag=TAG,
    says="Allow tiles again",
    body=sent("numbers", numbers=NUMBERS),
    gives=(204, None),
)
def allow(tile_set_id: UUID, body: dict[str, Any]) -> None:
    numbers = [int(number) for number in body["numbers"]]
    allow_tiles(database(), owner_id=owner_id(), tile_set_id=tile_set_id, numbers=numbers)


@operation(
    *("POST", "/mosaics/<uuid:mosaic_id>/cell"),
    scope=Scope.MAKE,
    tag=TAG,
    says="What else fits in a cell, the best first; `shown` is the place of the tile that is there",
    more="Options that are left out are the mosaic's. To swap a tile, pin another one: `pins` of the options.",
    body=sent("column row", column=SIDE, row=SIDE, options=TUNED),
    gives=(200, "Cell"),
)
def cell(mosaic_id: UUID, body: dict[str, Any]) -> dict[str, Any]:
    mosaic = browse.mosaic_for(database(), owner_id(), mosaic_id)
    return cell_of(
        database(),
        parts().tuner,
        mosaic,
        options=tuned_options(mosaic, body),
        cell=Cell(int(body["column"]), int(body["row"])),
    )
