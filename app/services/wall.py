"""Which tiles of a set a wall shows, and in which order: all, or those of a source, a time, a colour."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Select, cast, func, or_, select
from sqlalchemy.orm import Session

from app.domain.colors import Lab
from app.domain.errors import NotFound
from app.domain.numbers import Run, runs_of
from app.domain.sources import SourceKind
from app.models import Pack, Sheet, Source, Tile, TileSet
from app.services.browse import tile_set_for

# Of the nearest in colour nobody looks at more.
NEAREST = 1024
# Tiles that are farther in CIELAB than this have another colour, whatever the set lacks.
FAR_TENTHS = 300


@dataclass(frozen=True)
class Wanted:
    """What somebody wants to see. `color` puts the nearest first; without it tiles stand in the order of their numbers."""

    source_id: UUID | None = None
    color: Lab | None = None
    from_ms: int | None = None
    to_ms: int | None = None

    @property
    def is_all(self) -> bool:
        """Whether nothing is left out."""
        return self == Wanted()


def runs_on(session: Session, tile_set: TileSet, wanted: Wanted) -> list[Run]:
    """The numbers on the wall, in its order, of a set that the caller has already looked up."""
    where = [Tile.tile_set_id == tile_set.id, *_conditions(wanted)]
    if wanted.color:
        return runs_of(session.scalars(_nearest(where, wanted.color)))
    if wanted.is_all and tile_set.tile_count == tile_set.next_number:
        return [(0, tile_set.tile_count)] if tile_set.tile_count else []
    return _islands(session, where)


def tiles_on(
    session: Session, tile_set: TileSet, wanted: Wanted, *, after: int, limit: int
) -> list[tuple[int, Tile]]:
    """Some of the tiles on the wall, in its order, each with its place: behind `after` the list goes on.

    A place is a tile's number, or how many are nearer in colour; -1 is before the first.
    """
    where = [Tile.tile_set_id == tile_set.id, *_conditions(wanted)]
    if wanted.color is None:
        some = select(Tile).where(*where, Tile.number > after).order_by(Tile.number).limit(limit)
        return [(tile.number, tile) for tile in session.scalars(some)]
    numbers = session.scalars(_nearest(where, wanted.color)).all()[after + 1 :][:limit]
    of_set = (Tile.tile_set_id == tile_set.id, Tile.number.in_(numbers))
    tiles = {tile.number: tile for tile in session.scalars(select(Tile).where(*of_set))}
    return [(after + 1 + at, tiles[number]) for at, number in enumerate(numbers)]


def sheets_of(session: Session, tile_set: TileSet) -> Sequence[Sheet]:
    """The sheets that are drawn, in order."""
    return session.scalars(
        select(Sheet).where(Sheet.tile_set_id == tile_set.id).order_by(Sheet.number)
    ).all()


def sheets_with(session: Session, tile_set: TileSet, numbers: Iterable[int]) -> Sequence[Sheet]:
    """Those of these sheets that are drawn."""
    some = Sheet.number.in_(numbers)
    return session.scalars(select(Sheet).where(Sheet.tile_set_id == tile_set.id, some)).all()


def sheet_for(session: Session, owner_id: UUID, tile_set_id: UUID, number: int) -> Sheet:
    """One sheet. Raises NotFound where the set is not this owner's to see, or the sheet is not drawn."""
    tile_set = tile_set_for(session, owner_id, tile_set_id)
    found = session.get(Sheet, (tile_set.id, number))
    if found is None:
        raise NotFound("These tiles are not drawn yet. Their page shows them all the same.")
    return found


def has_times(session: Session, tile_set: TileSet) -> bool:
    """Whether any of its tiles come from a film."""
    film = select(Source.id).where(
        Source.tile_set_id == tile_set.id, Source.kind == SourceKind.FILM
    )
    # A film among pictures is no source of its own.
    cut = select(Pack.id).where(Pack.tile_set_id == tile_set.id, Pack.film.is_not(None))
    return session.scalar(select(or_(film.exists(), cut.exists()))) or False


def _nearest(where: Sequence[ColumnElement[bool]], color: Lab) -> Select[int]:
    distance = _distance(color)
    near = select(Tile.number).where(*where, distance <= FAR_TENTHS**2)
    return near.order_by(distance, Tile.number).limit(NEAREST)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.source_id:
        found.append(Tile.source_id == wanted.source_id)
    if wanted.from_ms is not None:
        found.append(Tile.time_ms >= wanted.from_ms)
    if wanted.to_ms is not None:
        found.append(Tile.time_ms <= wanted.to_ms)
    return found


def _distance(color: Lab) -> ColumnElement[int]:
    """Squared, in tenths of CIELAB as the columns have them; in whole numbers, for 190,000 tiles at each request."""
    columns = (Tile.lab_l, Tile.lab_a, Tile.lab_b)
    light, a, b = (
        cast(column, Integer) - round(10 * part)
        for column, part in zip(columns, color, strict=True)
    )
    return light * light + a * a + b * b


def _islands(session: Session, where: Sequence[ColumnElement[bool]]) -> list[Run]:
    """Numbers that follow each other have the same difference to their rank."""
    rank = func.row_number().over(order_by=Tile.number)
    ranked = select(Tile.number, (Tile.number - rank).label("island")).where(*where).subquery()
    runs = (
        select(func.min(ranked.c.number), func.count())
        .group_by(ranked.c.island)
        .order_by(func.min(ranked.c.number))
    )
    return [(first, count) for first, count in session.execute(runs)]
