"""Tiles end to end into packs of some thousands."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import numpy as np
from numpy.typing import NDArray

from app.services.keys import pack_key, thumbs_key
from engine.tile_batch import TileBatch
from engine.types import Thumbs
from worker.jobs.results import Results
from worker.jobs.strip import STRIP_TILES

# 190,000 tiles are about 50 objects of some 30 MB: few enough to list, small enough to fetch for a single plan.
PACK_TILES = 8192


@dataclass(frozen=True)
class Packed:
    """A pack that is in storage: its tiles are numbered `first` onwards, and lie in it one after the other."""

    id: UUID
    key: str
    thumbs_key: str
    size: int
    first: int
    names: list[str]
    digests: list[bytes]
    lengths: NDArray[np.int64]
    phashes: NDArray[np.int64]
    thumbs: Thumbs
    times_ms: list[int | None]
    families: list[int | None]
    sources: list[str | None]
    film: int | None


@dataclass
class _Open:
    """What is not in a pack yet."""

    jpegs: list[bytes | bytearray | memoryview] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    digests: list[bytes] = field(default_factory=list)
    lengths: list[NDArray[np.int64]] = field(default_factory=list)
    phashes: list[NDArray[np.int64]] = field(default_factory=list)
    thumbs: list[Thumbs] = field(default_factory=list)
    times_ms: list[int | None] = field(default_factory=list)
    families: list[int | None] = field(default_factory=list)
    sources: list[str | None] = field(default_factory=list)


class Packer:
    """Collects tiles and writes a pack whenever it is full; memory holds one pack."""

    def __init__(
        self,
        results: Results,
        owner_id: UUID,
        tile_set_id: UUID,
        token: UUID,
        first: int,
        *,
        film: int | None = None,
    ) -> None:
        """`first`: the number of the first tile that comes. `film`: of the file that all come from, where it is a film."""
        self.packs: list[Packed] = []
        # Tiles of the first pack, as far from each other as they can be.
        self.sample: list[bytes] = []
        self._results = results
        self._ids = (owner_id, tile_set_id, token)
        self._first = first
        self._film = film
        # A family has the number of its first tile, as no other one of the set has.
        self._families: dict[int, int] = {}
        self._open = _Open()

    def add(self, batch: TileBatch) -> None:
        """Append tiles."""
        held = self._open
        numbers = range(self._first + len(held.names), self._first + len(held.names) + len(batch))
        held.jpegs.append(batch.jpegs)
        held.names += batch.names
        held.digests += batch.digests
        held.lengths.append(batch.lengths)
        held.phashes.append(batch.phashes)
        held.thumbs.append(batch.thumbs)
        nothing: list[int | None] = [None] * len(batch)
        held.times_ms += batch.times_ms or nothing
        held.families += [
            None if family is None else self._families.setdefault(family, number)
            for family, number in zip(batch.families or nothing, numbers, strict=True)
        ]
        held.sources += batch.sources or [None] * len(batch)
        while len(self._open.names) >= PACK_TILES:
            self._write(PACK_TILES)

    def flush(self) -> None:
        """Write what is left."""
        if self._open.names:
            self._write(len(self._open.names))

    def _write(self, count: int) -> None:
        held = self._open
        lengths, phashes = np.concatenate(held.lengths), np.concatenate(held.phashes)
        thumbs = np.concatenate(held.thumbs)
        size = int(lengths[:count].sum())
        body = b"".join(held.jpegs)
        rest, body = body[size:], body[:size]  # of a whole pack: nothing, and itself
        self.sample = self.sample or _sampled(body, lengths[:count])
        number = self._first  # one claim may write many packs, each by a packer of its own
        kind = "application/octet-stream"
        self.packs.append(
            Packed(
                uuid4(),
                self._results.put(pack_key(*self._ids, number), body, kind),
                self._results.put(thumbs_key(*self._ids, number), _npy(thumbs[:count]), kind),
                size,
                self._first,
                held.names[:count],
                held.digests[:count],
                lengths[:count],
                phashes[:count],
                thumbs[:count],
                held.times_ms[:count],
                held.families[:count],
                held.sources[:count],
                self._film,
            )
        )
        self._first += count
        self._open = _Open(
            [rest],
            held.names[count:],
            held.digests[count:],
            [lengths[count:]],
            [phashes[count:]],
            [thumbs[count:]],
            held.times_ms[count:],
            held.families[count:],
            held.sources[count:],
        )


def _sampled(jpegs: bytes, lengths: NDArray[np.int64]) -> list[bytes]:
    ends = lengths.cumsum()
    places = np.unique(np.linspace(0, len(lengths) - 1, STRIP_TILES).astype(np.intp))
    return [jpegs[ends[i] - lengths[i] : ends[i]] for i in places]


def _npy(array: Thumbs) -> bytes:
    out = io.BytesIO()
    np.save(out, array)
    return out.getvalue()
