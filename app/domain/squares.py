"""Single squares out of a zoom file (docs/adr/0006), by ranges of bytes and without decoding anything."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

SQUARE_PX = 512

Read = Callable[[int, int], bytes]
"""Called with a place and a length; returns the bytes there."""
Index = tuple[tuple[int, ...], tuple[int, ...]]
"""Places, and lengths."""


@dataclass(frozen=True, slots=True)
class Level:
    """One size of the picture; squares of a row in the file; where their places and lengths lie, and the bytes of each."""

    width: int
    height: int
    stride: int
    places_at: int
    place_bytes: int
    lengths_at: int
    length_bytes: int


@dataclass(frozen=True, slots=True)
class Squares:
    """What was written down of a zoom file: `engine.zoom.Zoom`.

    head : what stands before each square of the file in place of its first two bytes, to make it a JPEG of its own.
    levels : from the whole picture to a single square.
    """

    head: bytes
    levels: tuple[Level, ...]

    @classmethod
    def from_dict(cls, facts: dict[str, Any]) -> Self:
        """Of the column of a row."""
        levels = tuple(Level(**level) for level in facts["levels"])
        return cls(base64.b64decode(facts["head"]), levels)

    def columns(self, level: int) -> int:
        """Squares in a row of a level; 0 is the whole picture."""
        return -(-self.levels[level].width // SQUARE_PX)

    def rows(self, level: int) -> int:
        """Rows of squares of a level."""
        return -(-self.levels[level].height // SQUARE_PX)

    def index(self, read: Read, level: int) -> Index:
        """Places and lengths of all squares of a level, in the order of the file: two ranges."""
        one = self.levels[level]
        count = one.stride * self.rows(level)
        places = read(one.places_at, count * one.place_bytes)
        lengths = read(one.lengths_at, count * one.length_bytes)
        return _numbers(places, one.place_bytes), _numbers(lengths, one.length_bytes)

    def has(self, level: int, column: int, row: int) -> bool:
        """Whether there is such a square."""
        return (
            0 <= level < len(self.levels)
            and 0 <= column < self.columns(level)
            and 0 <= row < self.rows(level)
        )

    def square(self, read: Read, index: Index, level: int, column: int, row: int) -> bytes:
        """One square as a JPEG of its own, by one range; `index` is that of its level."""
        number = row * self.levels[level].stride + column
        places, lengths = index
        return self.head + read(places[number], lengths[number])[2:]


def _numbers(body: bytes, size: int) -> tuple[int, ...]:
    return tuple(int.from_bytes(body[at : at + size], "little") for at in range(0, len(body), size))
