"""Where a zip says that its directory is: the last bytes of the file, read in the one way that leaves no doubt."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.errors import BadArchive

ReadAt = Callable[[int, int], bytes]
"""`length` bytes from `start`, fewer where the file ends: read(start, length)."""

NO_ZIP = "This is not a zip that can be opened: it is damaged, or not a zip at all. Make it again and add it once more."
PADDED = (
    "This zip has other bytes in front of it, behind it or between its lists, so programs would not read it alike. "
    "Make it again and add it once more."
)

END_64_MARK = b"PK\x06\x06"
_END_MARK, _LOCATOR_MARK = b"PK\x05\x06", b"PK\x06\x07"
_END = struct.Struct("<4s4H2LH")
_LOCATOR = struct.Struct("<4sLQL")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_COMMENT_MAX = 65_535
# Of the two disks, the two counts, length and start in the short form: "see the long one".
_ALL_ONES = (0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF)


@dataclass(frozen=True)
class End:
    """at : where the directory is over; length, start, count : its bytes, its place and its members, as the zip says."""

    at: int
    length: int
    start: int
    count: int


def find_end(read: ReadAt, size: int) -> End:
    """Raises BadArchive: no zip, in several files, bytes behind its end, or two ends."""
    tail_at = max(0, size - _END.size - _COMMENT_MAX)
    at, fields = _last_end(read(tail_at, size - tail_at))
    at += tail_at
    disk, count, length, start = fields[1], fields[4], fields[5], fields[6]
    locator = read(at - _LOCATOR.size, _LOCATOR.size) if at >= _LOCATOR.size else b""
    if locator.startswith(_LOCATOR_MARK):
        at -= _LOCATOR.size + _END_64.size
        end_64 = read(max(0, at), _END_64.size)
        if len(end_64) < _END_64.size or not end_64.startswith(END_64_MARK):
            raise BadArchive(NO_ZIP)
        short = fields[1:7]
        long = _END_64.unpack(end_64)[4:]
        # A program that does without the long form must not find another list by the short one.
        sizes = zip(short, long, _ALL_ONES, strict=True)
        agree(all(said in {meant, ones} for said, meant, ones in sizes))
        agree(_LOCATOR.unpack(locator)[2] == at)
        disk, _, _, count, length, start = long
    if disk:
        raise BadArchive(NO_ZIP)
    return End(at, length, start, count)


def _last_end(tail: bytes) -> tuple[int, tuple[Any, ...]]:
    """Where in the last bytes of a zip its end stands, and the fields there."""
    at = tail.rfind(_END_MARK)
    if at < 0 or len(tail) - at < _END.size:
        raise BadArchive(NO_ZIP)
    fields = _END.unpack_from(tail, at)
    agree(at + _END.size + fields[7] == len(tail))
    # A comment that holds another end is two zips, depending on which end a program looks for first.
    earlier = tail.rfind(_END_MARK, 0, at)
    while earlier >= 0:
        agree(earlier + _END.size + _END.unpack_from(tail, earlier)[7] != len(tail))
        earlier = tail.rfind(_END_MARK, 0, earlier)
    return at, fields


def agree(so: bool) -> None:  # noqa: FBT001  # reads as a sentence
    """Raises BadArchive where what one place of a zip says is not what another says."""
    if not so:
        raise BadArchive(PADDED)
