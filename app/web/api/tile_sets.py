"""Tile sets, and one taken away as a zip."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from werkzeug.wrappers import Response

from app.domain.coverage import by_name, counts_in, lacking, sentence
from app.domain.scopes import Scope
from app.services import browse, listing
from app.services.change_cutting import change_cutting
from app.services.create_tile_set import create_tile_set
from app.services.delete_tile_set import delete_tile_set
from app.services.rename_tile_set import rename_tile_set
from app.web import export, pictures
from app.web.api import show
from app.web.api.bodies import text_of
from app.web.api.cursors import PAGED, mark_in, page_of
from app.web.api.operations import JPEG, ZIP, operation
from app.web.api.schemas import CUTTING, NAME, sent
from app.web.owner import owner_id
from app.web.parts import database, parts

TAG = "Tile sets"


@operation(
    *("GET", "/tile-sets"),
    scope=Scope.READ,
    tag=TAG,
    says="Your tile sets and the shared ones, newest first",
    query=PAGED,
    gives=(200, "TileSets"),
)
def tile_sets(asked: dict[str, Any]) -> dict[str, Any]:
    owner, after = owner_id(), mark_in(asked.get("cursor"))
    found = listing.tile_sets_of(database(), owner, after, asked["limit"])
    return page_of(found, lambda row: show.tile_set(row, owner))


@operation(
    *("POST", "/tile-sets"),
    scope=Scope.TILES,
    tag=TAG,
    says="Make an empty tile set",
    body=sent("name", name=NAME),
    gives=(201, "TileSet"),
    once=True,
)
def add_tile_set(body: dict[str, Any]) -> dict[str, Any]:
    made = create_tile_set(database(), owner_id=owner_id(), name=body["name"])
    return show.tile_set(made, owner_id())


@operation(
    *("GET", "/tile-sets/<uuid:tile_set_id>"),
    scope=Scope.READ,
    tag=TAG,
    says="One tile set",
    gives=(200, "TileSet"),
)
def tile_set(tile_set_id: UUID) -> dict[str, Any]:
    return show.tile_set(browse.tile_set_for(database(), owner_id(), tile_set_id), owner_id())


@operation(
    *("PATCH", "/tile-sets/<uuid:tile_set_id>"),
    scope=Scope.TILES,
    tag=TAG,
    says="Rename it, or say how what is added from now on is cut",
    body=sent(name=NAME, **CUTTING),
    gives=(200, "TileSet"),
)
def change_tile_set(tile_set_id: UUID, body: dict[str, Any]) -> dict[str, Any]:
    ids = {"owner_id": owner_id(), "tile_set_id": tile_set_id}
    cutting = {name: text_of(value) for name, value in body.items() if name != "name"}
    found = change_cutting(database(), texts=cutting, **ids)
    if "name" in body:
        found = rename_tile_set(database(), name=body["name"], **ids)
    return show.tile_set(found, owner_id())


@operation(
    *("DELETE", "/tile-sets/<uuid:tile_set_id>"),
    scope=Scope.TILES,
    tag=TAG,
    says="Delete it with its tiles; mosaics made with it stay",
    gives=(204, None),
)
def remove_tile_set(tile_set_id: UUID) -> None:
    delete_tile_set(database(), parts().storage, owner_id=owner_id(), tile_set_id=tile_set_id)


@operation(
    *("GET", "/tile-sets/<uuid:tile_set_id>/colors"),
    scope=Scope.READ,
    tag=TAG,
    says="Which colours it has, and which it lacks, by the names that people have for them",
    more="What is missed most comes first. Until a worker has counted them, `counted` is false.",
    gives=(200, "Colors"),
)
def tile_set_colors(tile_set_id: UUID) -> dict[str, Any]:
    found = browse.tile_set_for(database(), owner_id(), tile_set_id)
    counts = counts_in(found.colors or [])
    return {
        "counted": bool(counts),
        "says": sentence(counts),
        "colors": _named(by_name(counts).most_common()),
        "lacking": _named(lacking(counts) if counts else []),
    }


@operation(
    *("GET", "/tile-sets/<uuid:tile_set_id>/strip"),
    scope=Scope.READ,
    tag=TAG,
    says="Some of its tiles side by side",
    gives=(200, JPEG),
)
def tile_set_strip(tile_set_id: UUID) -> Response:
    return pictures.strip(tile_set_id)


@operation(
    *("GET", "/tile-sets/<uuid:tile_set_id>/tiles.zip"),
    scope=Scope.READ,
    tag=TAG,
    says="All its tiles and a table of them, to be added again here or elsewhere",
    gives=(200, ZIP),
)
def tile_set_zip(tile_set_id: UUID) -> Response:
    return export.tiles(tile_set_id)


def _named(counts: Iterable[tuple[str, int]]) -> list[dict[str, Any]]:
    return [{"name": name, "tiles": tiles} for name, tiles in counts]
