"""The JPEGs of many tiles, read from their packs in few and large pieces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ARRAY, Integer, any_, bindparam, select
from sqlalchemy.orm import Session

from app.models import Pack, Tile
from app.storage.base import Storage

# Read at once: large enough that a bucket is asked seldom, small enough for the memory of a web process.
PIECE_BYTES = 2 << 20
# Between two tiles that are wanted this much may be read in vain: less than another request costs.
GAP_BYTES = 32 << 10


@dataclass(frozen=True)
class Place:
    """Where a tile's JPEG lies."""

    number: int
    key: str
    offset: int
    length: int

    @property
    def end(self) -> int:
        """Where the next one may begin."""
        return self.offset + self.length


def places_of(session: Session, tile_set_id: UUID, numbers: Sequence[int]) -> list[Place]:
    """Places of those tiles that are there, in the order of the packs' bytes."""
    wanted = bindparam("wanted", list(numbers), type_=ARRAY(Integer))
    rows = session.execute(
        select(Tile.number, Pack.key, Tile.offset, Tile.length)
        .join(Pack, Pack.id == Tile.pack_id)
        .where(Tile.tile_set_id == tile_set_id, Tile.number == any_(wanted))
        .order_by(Pack.first_tile, Tile.offset)
    )
    return [Place(*row) for row in rows]


def jpegs(storage: Storage, places: Iterable[Place]) -> Iterator[tuple[Place, bytes]]:
    """Each tile with its bytes, in the order of `places`. Raises MissingObject, StorageDown."""
    for piece in _pieces(places):
        start = piece[0].offset
        body = storage.range(piece[0].key, start, piece[-1].end - start)
        for place in piece:
            yield place, body[place.offset - start : place.end - start]


def _pieces(places: Iterable[Place]) -> Iterator[list[Place]]:
    """Tiles near to each other in one pack, together."""
    piece: list[Place] = []
    for place in places:
        if piece and not _goes_with(piece, place):
            yield piece
            piece = []
        piece.append(place)
    if piece:
        yield piece


def _goes_with(piece: list[Place], place: Place) -> bool:
    first, last = piece[0], piece[-1]
    return (
        place.key == last.key
        and 0 <= place.offset - last.end <= GAP_BYTES
        and place.end - first.offset <= PIECE_BYTES
    )
