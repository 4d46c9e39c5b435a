"""Single squares out of a zoom file (docs/adr/0006), by ranges of bytes and without decoding anything."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

SQUARE_PX = 512

Read = Callable[[int, int], bytes]
"""Called with a place and a length; returns the bytes there."""


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

    def square(self, read: Read, level: int, column: int, row: int) -> bytes:
        """One square as a JPEG of its own. Raises IndexError where there is none."""
        if not (
            0 <= level < len(self.levels)
            and 0 <= column < self.columns(level)
            and 0 <= row < self.rows(level)
        ):
            raise IndexError((level, column, row))
        one = self.levels[level]
        number = row * one.stride + column
        place = _number(read, one.places_at + number * one.place_bytes, one.place_bytes)
        length = _number(read, one.lengths_at + number * one.length_bytes, one.length_bytes)
        return self.head + read(place, length)[2:]


def _number(read: Read, at: int, size: int) -> int:
    return int.from_bytes(read(at, size), "little")
