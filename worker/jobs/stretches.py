"""A film as it is read, in stretches: each is saved by itself, with the time from which reading goes on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np

from engine.sampling import SampleTimes
from engine.tile_batch import NO_THUMBS, TileBatch
from engine.types import Refusal, TileRead

# What a killed worker costs: a minute, or the half of a pack. Fewer tiles would be too many objects.
STRETCH_TILES = 4096
STRETCH_SECONDS = 60.0


@dataclass
class Stretch:
    """Tiles that follow each other, whole blocks of `engine.film_tiles`; with the last ones, why the rest was not read.

    go_on_ms : time of the first tile after these; None: these are the last ones.
    """

    tiles: list[TileRead] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    go_on_ms: int | None = None

    def without_twins(self) -> Self:
        """The same with the first one of those tiles that are the same to the byte."""
        first: dict[bytes, TileRead] = {}
        for tile in self.tiles:
            first.setdefault(tile.digest, tile)
        return replace(self, tiles=list(first.values()))

    def batch(self, duplicates: int = 0) -> TileBatch:
        """The same; `duplicates`: how many were left out because they are twins."""
        return TileBatch(
            [tile.name for tile in self.tiles],
            [tile.digest for tile in self.tiles],
            b"".join(tile.jpeg for tile in self.tiles),
            np.array([len(tile.jpeg) for tile in self.tiles], np.int64),
            np.stack([tile.thumb for tile in self.tiles]) if self.tiles else NO_THUMBS,
            np.array([tile.phash for tile in self.tiles], np.uint64).view(np.int64),
            self.refusals,
            duplicates,
            times_ms=[tile.time_ms for tile in self.tiles],
            families=[tile.family for tile in self.tiles],
        )


def stretches(
    reads: Iterable[TileRead | Refusal],
    times: SampleTimes,
    *,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Stretch]:
    """What `engine.splice` gives, in stretches of some thousand tiles, or of what a minute brings. There is always a last one."""
    held = Stretch()
    block, begun = -1, clock()
    for read in reads:
        if isinstance(read, Refusal):
            held.refusals.append(read)
            continue
        at_ms = read.time_ms or 0
        here = times.block(at_ms)
        long = len(held.tiles) >= STRETCH_TILES or clock() - begun >= STRETCH_SECONDS
        # At the edge of a block alone: families do not reach over it, and going on reads nothing twice.
        if held.tiles and here != block and long:
            held.go_on_ms = at_ms
            yield held
            held, begun = Stretch(), clock()
        held.tiles.append(read)
        block = here
    yield held
