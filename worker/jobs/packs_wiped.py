"""Wipe removed tiles out of their packs: what somebody removed is gone from storage, not only from the pages.

Every other tile keeps its place. Copies of the pack on workers' disks go with time; no row leads into them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.models import Pack, Tile
from worker.context import Context


@dataclass(frozen=True)
class Wiped:
    """How many tiles each pack still had when it was wiped."""

    tiles: dict[UUID, int]

    def save(self, session: Session) -> None:
        """Note it; not where more was removed meanwhile."""
        for pack_id, tiles in self.tiles.items():
            left = select(func.count()).where(Tile.pack_id == pack_id).scalar_subquery()
            session.execute(
                update(Pack).where(Pack.id == pack_id, left == tiles).values(dirty=False)
            )


def wipe_packs(context: Context, tile_set_id: UUID) -> Wiped:
    """Wipe the packs of which tiles were removed. Raises MissingObject, StorageDown."""
    wiped: dict[UUID, int] = {}
    with context.sessions() as session:
        dirty = select(Pack.id, Pack.key).where(Pack.tile_set_id == tile_set_id, Pack.dirty)
        for pack_id, key in session.execute(dirty).all():
            rows = session.execute(select(Tile.offset, Tile.length).where(Tile.pack_id == pack_id))
            spans = [(offset, offset + length) for offset, length in rows]
            context.storage.put(key, kept_only(context.storage.get(key), spans))
            wiped[pack_id] = len(spans)
    return Wiped(wiped)


def kept_only(body: bytes, spans: Iterable[tuple[int, int]]) -> bytes:
    r"""The same length with zeros outside the spans (start, end).

    >>> kept_only(b"abcdef", [(1, 3), (5, 6)])
    b'\x00bc\x00\x00f'
    """
    kept = bytearray(len(body))
    for start, end in spans:
        kept[start:end] = body[start:end]
    return bytes(kept)
