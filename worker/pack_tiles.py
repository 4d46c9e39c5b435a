"""The tiles a plan uses, read from packs on this worker's disk."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import Self
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ARRAY, Integer, Select, and_, any_, bindparam, func, select, true
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from app.db import Sessions
from app.models import Pack, Tile
from worker.tile_cache import Listed, Numbers, PackRef, TileCache


class PackTiles:
    """An `engine.types.TileSource` over the packs of one tile set. Use it as a context manager: it holds files open."""

    def __init__(
        self, cache: TileCache, packs: Sequence[PackRef], places: dict[int, tuple[UUID, int, int]]
    ) -> None:
        self._cache = cache
        self._packs = {pack.id: pack for pack in packs}
        self._places = places
        self._files: dict[UUID, int] = {}
        self._stack = ExitStack()

    @classmethod
    def of_plan(
        cls,
        session: Session,
        cache: TileCache,
        tile_set_id: UUID,
        packs: Sequence[PackRef],
        used: NDArray[np.integer],
        *,
        numbers: Numbers,
    ) -> PackTiles:
        """Look up where the used tiles lie: rows and memory grow with the plan, not with the set.

        used : rows of the index, each once; numbers : of all tiles in the index.
        """
        row_of = dict(zip(numbers[used].tolist(), used.tolist(), strict=True))
        # One array parameter: a mosaic may use more tiles than a statement takes parameters.
        asked = bindparam("used", list(row_of), type_=ARRAY(Integer))
        rows = session.execute(
            select(Tile.number, Tile.pack_id, Tile.offset, Tile.length).where(
                Tile.tile_set_id == tile_set_id, Tile.number == any_(asked)
            )
        )
        return cls(
            cache,
            packs,
            {row_of[row.number]: (row.pack_id, row.offset, row.length) for row in rows},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._stack.close()

    def jpegs(self, numbers: NDArray[np.int64]) -> Iterator[bytes]:
        """The JPEG bytes of each row of the index, in order. Raises KeyError for a tile that was removed meanwhile."""
        for row in numbers.tolist():
            pack_id, offset, length = self._places[row]
            yield os.pread(self._file(pack_id), length, offset)

    def _file(self, pack_id: UUID) -> int:
        if pack_id not in self._files:
            file = os.open(self._cache.pack(self._packs[pack_id]), os.O_RDONLY)
            self._stack.callback(os.close, file)
            self._files[pack_id] = file
        return self._files[pack_id]


def tiles_listed(sessions: Sessions, tile_set_id: UUID) -> Listed:
    """The numbers of all tiles of a set, and their families.

    A pack that is whole and has no families is a range: its 8,192 numbers are counted, not sent.
    """
    with sessions() as session:
        packs = session.execute(_counted(tile_set_id)).all()
        ranges = [
            np.arange(row.first_tile, row.first_tile + row.tiles) for row in packs if row.plain
        ]
        rest = [row.id for row in packs if not row.plain]
        if not rest:
            return Listed(np.concatenate([np.empty(0, np.int64), *ranges]))
        found = session.execute(_arrays(rest)).one()
    numbers, some, families = (np.array(each or [], np.int64) for each in found)
    everything = np.sort(np.concatenate([*ranges, numbers]))
    if not len(some):
        return Listed(everything)
    # Whoever has none is its own: under a number that no family has.
    own = -1 - np.arange(len(everything), dtype=np.int32)
    own[np.searchsorted(everything, some)] = families
    return Listed(everything, own)


def _counted(tile_set_id: UUID) -> Select[UUID, int, int, bool]:
    """Each pack of a set, in order, and whether all its tiles are there and none has a family."""
    last = Pack.first_tile + Pack.tiles - 1
    of_pack = (
        select(func.count().label("tiles"), func.count(Tile.family).label("grouped"))
        .where(Tile.tile_set_id == tile_set_id, Tile.number.between(Pack.first_tile, last))
        .lateral()
    )
    plain = and_(of_pack.c.tiles == Pack.tiles, of_pack.c.grouped == 0)
    return (
        select(Pack.id, Pack.first_tile, Pack.tiles, plain.label("plain"))
        .join(of_pack, true())
        .where(Pack.tile_set_id == tile_set_id)
        .order_by(Pack.first_tile)
    )


def _arrays(packs: Sequence[UUID]) -> Select[*tuple[Sequence[int | None], ...]]:
    """The numbers of tiles in these packs, of those that have a family, and their families: ten times as fast as rows."""
    grouped = Tile.family.is_not(None)
    numbers, families = (
        aggregate_order_by(what, Tile.number) for what in (Tile.number, Tile.family)
    )
    return select(
        func.array_agg(numbers),
        func.array_agg(numbers).filter(grouped),
        func.array_agg(families).filter(grouped),
    ).where(Tile.pack_id.in_(packs))
