"""The picture of a set's colours: slices through CIELAB from dark to light, a square for each colour that the set has."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.colors import Box, gamut
from app.domain.coverage import Counts, counts_in, sentence
from app.models import TileSet

# Lightnesses of the boxes that make a slice: dark and light have few colours, so more of them go together.
SLICES = ((0, 1, 2), (3, 4), (5, 6), (7, 8, 9))
# Side of a square with that many tiles or more.
SIZES = ((30, 1.0), (4, 0.8), (1, 0.6), (0, 0.0))
# Side of what stands for a colour without a tile.
DOT = 0.24


@dataclass(frozen=True)
class Spot:
    """A colour of a slice: corner of its square, how it looks, and the side of the square, 0 where there is no tile."""

    x: float
    y: float
    color: str
    size: float


@dataclass(frozen=True)
class Coverage:
    """Slices from dark to light, and what they show in words."""

    slices: list[list[Spot]]
    says: str


def coverage_of(tile_set: TileSet) -> Coverage | None:
    """None until a worker has counted the colours."""
    if not tile_set.colors:
        return None
    return _coverage(tuple(tuple(row) for row in tile_set.colors))


@functools.lru_cache(maxsize=64)
def _coverage(rows: tuple[tuple[int, ...], ...]) -> Coverage:
    # A set is looked at many times between two changes of it.
    counts = counts_in(rows)
    return Coverage([_slice(lights, counts) for lights in SLICES], sentence(counts))


def _slice(lights: Sequence[int], counts: Counts) -> list[Spot]:
    columns: dict[tuple[int, int], list[Box]] = {}
    for box in gamut():
        if box[0] in lights:
            columns.setdefault(box[1:], []).append(box)
    return [_spot(boxes, counts) for boxes in columns.values()]


def _spot(boxes: Sequence[Box], counts: Counts) -> Spot:
    """Boxes above each other are one square, in the colour that most of its tiles have."""
    _, a, b = most = max(boxes, key=lambda box: counts.get(box, 0))
    tiles = sum(counts.get(box, 0) for box in boxes)
    size = next(size for least, size in SIZES if tiles >= least)
    margin = (1 - (size or DOT)) / 2
    color = "#{:02x}{:02x}{:02x}".format(*gamut()[most])
    return Spot(round(a + margin, 2), round(margin - b, 2), color, size)
