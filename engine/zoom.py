"""Where the squares of a zoom file lie; `app.domain.squares` fetches them by ranges of bytes.

A zoom file is a BigTIFF: the whole picture and, page after page, half of the one before down to a single square, each cut
into JPEG squares of 512 px. Why this and not a folder or a zip of squares: it is one object whatever the size (a gigapixel
in a folder is over 5,000); the place of any square stands in an array in the file, so a server needs two small ranges and
the square itself, keeps no list and never decodes; and image programs open the file as it is.

TIFF keeps the tables that all its JPEG squares have in common once: a square is a JPEG of its own when they are put before
it. Squares at the right and the bottom are full squares; what lies outside of the picture is to be cut off by the viewer,
as OpenSeadragon does. TIFF would have black there, which JPEG smears into the picture, so the picture in the file goes on
with its last pixels for a bit more than JPEG's blocks on the smallest level (`border`).
"""

from __future__ import annotations

import base64
import struct
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Self

TILE_PX = 512

Read = Callable[[int, int], bytes]
"""Called with a place and a length; returns the bytes there."""

_WIDTH, _PLACES, _LENGTHS, _TABLES = 256, 324, 325, 347
# Bytes of a value: SHORT, LONG, UNDEFINED and LONG8.
_BYTES = {3: 2, 4: 4, 7: 1, 16: 8}
_ENTRY = 20
# JPEG with colours at half resolution works on blocks of this many px.
_BLOCK = 16


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
class Zoom:
    """All that is needed to find a square; small enough for a row of a table.

    head : what stands before each square of the file in place of its first two bytes, to make it a JPEG of its own.
    levels : from the whole picture to a single square.
    """

    head: bytes
    levels: tuple[Level, ...]

    @classmethod
    def of_file(cls, read: Read, width: int, height: int) -> Self:
        """Read the directories of a zoom file. Raises ValueError where it is none.

        width, height : size of the picture in px, without its border.
        """
        pages = list(_pages(read))
        if _TABLES not in pages[0]:
            raise ValueError("This TIFF has no JPEG squares.")
        halves = range(halvings(width, height) + 1)
        levels = (_level(pages[i], -(-width >> i), -(-height >> i)) for i in halves)
        tables = read(pages[0][_TABLES].at, pages[0][_TABLES].count)
        return cls(b"".join((tables[:2], jfif(), tables[2:-2])), tuple(levels))

    def as_dict(self) -> dict[str, Any]:
        """As JSON takes it."""
        return {
            "head": base64.b64encode(self.head).decode(),
            "levels": [asdict(level) for level in self.levels],
        }


def jfif(dpi: float = 72) -> bytes:
    """The segment that tells a JPEG's resolution and marks its colours as YCbCr, which decoders else have to guess."""
    return struct.pack(">HH5sHBHHH", 0xFFE0, 16, b"JFIF", 0x0102, 1, round(dpi), round(dpi), 0)


def halvings(width: int, height: int) -> int:
    """How often a picture is halved until it is a single square.

    >>> halvings(512, 300), halvings(513, 300), halvings(4800, 3150)
    (0, 1, 4)
    """
    return (-(-max(width, height) // TILE_PX) - 1).bit_length()


def border(width: int, height: int) -> int:
    """Px that the picture in a zoom file goes on at the right and the bottom."""
    return _BLOCK << halvings(width, height)


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry of a directory: bytes of a value, how many values, the first of them, and where they lie."""

    size: int
    count: int
    value: int
    at: int


def _pages(read: Read) -> Iterator[dict[int, _Entry]]:
    """The directory of each page."""
    if read(0, 8) != struct.pack("<2sHHH", b"II", 43, 8, 0):
        raise ValueError("This is no BigTIFF.")
    directory = _number(read, 8, 8)
    while directory:
        length = _number(read, directory, 8) * _ENTRY
        entries = read(directory + 8, length)
        yield dict(_entry(entries, at, directory + 8) for at in range(0, length, _ENTRY))
        directory = _number(read, directory + 8 + length, 8)


def _level(page: dict[int, _Entry], width: int, height: int) -> Level:
    places, lengths = page[_PLACES], page[_LENGTHS]
    stride = -(-page[_WIDTH].value // TILE_PX)
    return Level(width, height, stride, places.at, places.size, lengths.at, lengths.size)


def _entry(entries: bytes, at: int, start: int) -> tuple[int, _Entry]:
    tag, kind, count = struct.unpack_from("<HHQ", entries, at)
    size = _BYTES.get(kind, 1)
    value = int.from_bytes(entries[at + 12 : at + 12 + size], "little")
    # Up to 8 bytes stand in the entry itself, more of them where the entry says.
    inside = size * count <= 8
    place = start + at + 12 if inside else int.from_bytes(entries[at + 12 : at + 20], "little")
    return tag, _Entry(size, count, value, place)


def _number(read: Read, at: int, size: int) -> int:
    return int.from_bytes(read(at, size), "little")
