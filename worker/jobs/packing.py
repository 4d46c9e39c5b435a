"""Tiles end to end into packs of some thousands."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import numpy as np

from app.services.keys import pack_key, thumbs_key
from engine.types import Thumb, TileRead
from worker.jobs.results import Results

# 190,000 tiles are about 50 objects of some 16 MB: few enough to list, small enough to fetch for a single plan.
PACK_TILES = 4096


@dataclass
class Packed:
    """A pack that is in storage, and where in it each tile lies."""

    id: UUID
    key: str
    thumbs_key: str
    bytes: int
    places: list[tuple[int, int, str]] = field(default_factory=list)


class Packer:
    """Collects tiles and writes a pack whenever it is full; memory holds one pack."""

    def __init__(self, results: Results, owner_id: UUID, tile_set_id: UUID, token: UUID) -> None:
        self.packs: list[Packed] = []
        self._results = results
        self._ids = (owner_id, tile_set_id, token)
        self._body = io.BytesIO()
        self._thumbs: list[Thumb] = []
        self._places: list[tuple[int, int, str]] = []

    @property
    def taken(self) -> int:
        """Tiles so far."""
        return sum(len(pack.places) for pack in self.packs) + len(self._places)

    def add(self, tile: TileRead) -> None:
        """Append a tile."""
        self._places.append((self._body.tell(), len(tile.jpeg), tile.name))
        self._body.write(tile.jpeg)
        self._thumbs.append(tile.thumb)
        if len(self._places) == PACK_TILES:
            self.flush()

    def flush(self) -> None:
        """Write what is left."""
        if not self._places:
            return
        number = len(self.packs)
        body = self._body.getvalue()
        thumbs = io.BytesIO()
        np.save(thumbs, np.stack(self._thumbs))
        self.packs.append(
            Packed(
                id=uuid4(),
                key=self._results.put(
                    pack_key(*self._ids, number), body, "application/octet-stream"
                ),
                thumbs_key=self._results.put(
                    thumbs_key(*self._ids, number), thumbs.getvalue(), "application/octet-stream"
                ),
                bytes=len(body),
                places=self._places,
            )
        )
        self._body, self._thumbs, self._places = io.BytesIO(), [], []
