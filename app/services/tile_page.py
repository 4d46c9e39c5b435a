"""One tile: where it came from, and which stand beside it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.domain.colors import Lab
from app.models import Source, Tile, TileSet
from app.services.browse import tile_place, tile_set_for
from app.services.film_frame import Frame, frame_behind


@dataclass(frozen=True)
class TilePage:
    """A tile with its set, its source, the film frame that it was cut from, and the numbers before and after it."""

    tile: Tile
    tile_set: TileSet
    source: Source
    frame: Frame | None
    before: int | None
    after: int | None

    @property
    def lab(self) -> Lab | None:
        """Its mean colour."""
        tile = self.tile
        if tile.lab_l is None or tile.lab_a is None or tile.lab_b is None:
            return None
        return tile.lab_l / 10, tile.lab_a / 10, tile.lab_b / 10


def tile_page(session: Session, owner_id: UUID, tile_set_id: UUID, number: int) -> TilePage:
    """Raises NotFound."""
    tile, pack = tile_place(session, owner_id, tile_set_id, number)
    return TilePage(
        tile=tile,
        tile_set=tile_set_for(session, owner_id, tile_set_id),
        source=session.get_one(Source, tile.source_id),
        frame=frame_behind(session, tile, pack),
        before=_next(session, func.max(Tile.number), tile, Tile.number < number),
        after=_next(session, func.min(Tile.number), tile, Tile.number > number),
    )


def _next(
    session: Session, pick: ColumnElement[int], tile: Tile, where: ColumnElement[bool]
) -> int | None:
    number: int | None = session.scalar(
        select(pick).where(Tile.tile_set_id == tile.tile_set_id, where)
    )
    return number
