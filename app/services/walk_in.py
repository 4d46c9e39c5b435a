"""Walk into a finished mosaic: single squares of its picture, and what lies in one of its cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from uuid import UUID

from sqlalchemy.orm import Session

from app.domain.errors import NotFound
from app.domain.plans import KeptPlan
from app.domain.squares import Index, Squares
from app.models import Mosaic
from app.services.tile_page import TilePage, tile_page
from app.storage.base import Storage

NO_ZOOM = "This mosaic has no picture to walk into. Make it again to get one; what you have stays as it is."
NO_CELL = "There is no such place in this mosaic."

# Keys carry the run that wrote them: what is under one never changes. A plan of 60,000 cells takes half a megabyte, the
# index of a level some kilobytes.
_PLANS, _LEVELS = 8, 128


@dataclass(frozen=True)
class CellView:
    """A cell with its tile.

    column, row : from 1, as people count.
    score : the matcher's, before any penalty; better_than: the share of cells that match worse.
    places : all cells with the same tile, this one among them.
    tile : None where it is not to be had any more: removed, or its set deleted or not shared any longer.
    """

    cell: int
    column: int
    row: int
    number: int
    score: float
    better_than: float
    mirrored: bool
    places: Sequence[int]
    tile: TilePage | None


def square_of(storage: Storage, mosaic: Mosaic, level: int, column: int, row: int) -> bytes:
    """A square of 512 px, of a mosaic that the caller has already looked up; level 0 is the whole picture.

    Raises NotFound where there is none, MissingObject, StorageDown.
    """
    if mosaic.zoom_key is None or mosaic.zoom is None:
        raise NotFound(NO_ZOOM)
    squares = Squares.from_dict(mosaic.zoom)
    if not squares.has(level, column, row):
        raise NotFound(NO_CELL)
    index = _index(storage, mosaic.zoom_key, squares, level)
    return squares.square(partial(storage.range, mosaic.zoom_key), index, level, column, row)


def cell_of(
    session: Session, storage: Storage, mosaic: Mosaic, *, owner_id: UUID, cell: int
) -> CellView:
    """What lies in a cell of a mosaic that the caller has already looked up. Raises NotFound, MissingObject, StorageDown."""
    if mosaic.plan_key is None:
        raise NotFound(NO_ZOOM)
    plan = kept_plan(storage, mosaic.plan_key)
    if cell >= plan.cells:
        raise NotFound(NO_CELL)
    column, row = plan.place(cell)
    number = plan.tiles[cell]
    return CellView(
        cell=cell,
        column=column + 1,
        row=row + 1,
        number=number,
        score=plan.scores[cell],
        better_than=plan.better_than(cell),
        mirrored=cell in plan.mirrored,
        places=plan.places_of(number),
        tile=_tile(session, owner_id, mosaic.tile_set_id, number),
    )


@lru_cache(_PLANS)
def kept_plan(storage: Storage, key: str) -> KeptPlan:
    """Read once. Raises MissingObject, StorageDown."""
    return KeptPlan.of_file(storage.get(key))


@lru_cache(_LEVELS)
def _index(storage: Storage, key: str, squares: Squares, level: int) -> Index:
    return squares.index(partial(storage.range, key), level)


def _tile(
    session: Session, owner_id: UUID, tile_set_id: UUID | None, number: int
) -> TilePage | None:
    if tile_set_id is None:
        return None
    try:
        return tile_page(session, owner_id, tile_set_id, number)
    except NotFound:
        return None
