"""How many tiles of each source look much like a tile that came before them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.models import Pack, Source, Tile
from engine.duplicates import alike
from worker.context import Context
from worker.tile_cache import PackRef


@dataclass(frozen=True)
class Near:
    """Counts by source; of those that have none, too."""

    counts: dict[UUID, int]

    def save(self, session: Session) -> None:
        """Into the rows of the sources. The caller commits."""
        for source_id, count in self.counts.items():
            session.execute(
                update(Source)
                .where(Source.id == source_id, Source.near != count)
                .values(near=count)
                .execution_options(synchronize_session=False)
            )


def near_in(context: Context, tile_set_id: UUID) -> Near:
    """Compare all tiles of a set by hash and colour, in the order of their numbers: 190,000 take about a second.

    Raises MissingObject, StorageDown.
    """
    with context.sessions() as session:
        # A row for each source and arrays in it: ten times as fast as a row for each tile.
        found = session.execute(
            select(Tile.source_id, func.array_agg(Tile.number), func.array_agg(Tile.phash))
            .where(Tile.tile_set_id == tile_set_id, Tile.phash.is_not(None))
            .group_by(Tile.source_id)
        ).all()
        packs = session.scalars(select(Pack).where(Pack.tile_set_id == tile_set_id)).all()
    numbers = _joined([row[1] for row in found])
    order = np.argsort(numbers)
    sources = np.repeat(np.arange(len(found)), [len(row[1]) for row in found])[order]
    refs = [PackRef.of(pack) for pack in packs]
    hashes = _joined([row[2] for row in found])[order].view(np.uint64)
    first = alike(hashes, context.cache.thumbs(refs, numbers[order]))
    near = np.bincount(sources[first != np.arange(len(first))], minlength=len(found))
    return Near({row[0]: int(count) for row, count in zip(found, near, strict=True)})


def _joined(arrays: Iterable[Sequence[int | None]]) -> NDArray[np.int64]:
    return np.concatenate([np.empty(0, np.int64), *(np.array(each, np.int64) for each in arrays)])
