"""The directory at the end of a zip: found, counted and cut into slices before a single member is opened.

The format is PKWARE's APPNOTE 6.3. Slices let several workers read one zip, each its own bytes of it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from engine.errors import BadArchive
from engine.limits import ZIP_MAX_DIRECTORY_BYTES, ZIP_MAX_ENTRIES
from engine.zip_columns import LARGE, UTF8, VERSION_MAX, Numbers, all_small, columns
from engine.zip_end import NO_ZIP, ReadAt, agree, find_end

TOO_MANY = "This zip has more than {:,} files. Split it into several and add each."

_ENTRY = struct.Struct("<4s2xHHH4xLLLHHH2x2xLL")
_MEMBER_MARK = b"PK\x01\x02"
_ZIP64 = 1
# So that a slice begins where it should although 1 / 50 is no number of a computer's.
_ROUNDING = 1e-9
# Whoever says more lies, and the sum of all lies must be a number of the machine.
_SIZE_MAX, _PLACE_MAX = 1 << 40, 1 << 60


class Member(NamedTuple):
    """What the directory says of a member; `at` is where its own header lies in the file."""

    name: str
    flags: int
    method: int
    crc: int
    packed: int
    unpacked: int
    mode: int
    at: int


@dataclass(frozen=True)
class Slice:
    """Some members of a zip that follow each other: the part of its directory that lists them, and where they end.

    start, length : of that part in the file; count : members in it.
    until : the file's byte at which the members' own bytes end.
    unpacked : bytes that they unpack to; before : that all members before them do.
    """

    start: int
    length: int
    count: int
    until: int
    unpacked: int
    before: int

    def and_next(self, other: Slice) -> Slice:
        """Together with the slice that follows."""
        length, count = self.length + other.length, self.count + other.count
        unpacked = self.unpacked + other.unpacked
        return Slice(self.start, length, count, other.until, unpacked, self.before)


class Listed(NamedTuple):
    """Where members stand in the directory, where they lie in the file, and how many bytes they unpack to."""

    starts: Numbers
    at: Numbers
    unpacked: Numbers


@dataclass(frozen=True)
class Directory:
    """A zip's directory, whole: `data`, found at `start`, and what it lists."""

    data: bytes
    start: int
    listed: Listed

    def slices(self, members: int, unpacked_bytes: int) -> list[Slice]:
        """The directory in slices of so many members at most, or about so many bytes.

        There is one slice alone where members do not lie in the order of the directory.
        """
        count = len(self.listed.at)
        if (self.listed.at[:-1] >= self.listed.at[1:]).any():
            members, unpacked_bytes = count, 1 << 62
        before = np.append(0, self.listed.unpacked.cumsum())
        # What comes before each member, in full slices: by whichever of the two limits asks for more of them.
        by_count = count / members >= before[-1] / unpacked_bytes
        work = np.arange(count + 1) / members if by_count else before / unpacked_bytes
        numbers = (work[:-1] + _ROUNDING).astype(np.int64)
        cuts = np.flatnonzero(np.diff(numbers, prepend=-1)).tolist()
        return [
            self._slice(first, int(before[first]), end, int(before[end]))
            for first, end in pairwise([*cuts, count] if cuts else [])
        ]

    @property
    def last_name(self) -> str:
        """Of the member that is listed last; empty where there is none."""
        if not len(self.listed.at):
            return ""
        return members_of(self.data[int(self.listed.starts[-1]) :])[0].name

    def last(self) -> Slice:
        """The member that is listed last, alone."""
        before = int(self.listed.unpacked[:-1].sum())
        return self._slice(len(self.listed.at) - 1, before, len(self.listed.at), before)

    def whole(self) -> Slice:
        """All members in one slice."""
        return Slice(self.start, len(self.data), 0, self.start, 0, 0)

    def _slice(self, first: int, before: int, end: int, after: int) -> Slice:
        at, stop, until = int(self.listed.starts[first]), len(self.data), self.start
        if end < len(self.listed.at):
            stop, until = int(self.listed.starts[end]), int(self.listed.at[end])
        return Slice(self.start + at, stop - at, end - first, until, after - before, before)


def find_directory(read: ReadAt, size: int) -> Directory:
    """The directory of a zip of `size` bytes.

    Raises BadArchive: no zip, damaged, in several files, too many members, or bytes that belong to nothing. What one program
    passes over another may read (a zip in front of the zip), so nothing but members, their list and its end is taken, as by
    the Python Package Index [1]_.

    .. [1] https://blog.pypi.org/posts/2025-08-07-wheel-archive-confusion-attacks/
    """
    end = find_end(read, size)
    if end.length > ZIP_MAX_DIRECTORY_BYTES:
        raise BadArchive(TOO_MANY.format(ZIP_MAX_ENTRIES))
    place = end.at - end.length
    data = read(place, end.length) if place >= 0 else b""
    if len(data) < end.length:
        raise BadArchive(NO_ZIP)
    listed = _listed(data)
    agree(place == end.start and len(listed.at) == end.count)
    agree(int(listed.at.min(initial=place)) == 0)
    return Directory(data, place, listed)


def members_of(data: bytes) -> list[Member]:
    """The members that a slice of a directory lists. Raises BadArchive where it is damaged."""
    return [_member(data, at, fields) for at, fields in _entries(data)]


def _listed(data: bytes) -> Listed:
    """Counted before anything is made of them."""
    if data.count(_MEMBER_MARK) > ZIP_MAX_ENTRIES:
        raise BadArchive(TOO_MANY.format(ZIP_MAX_ENTRIES))
    found = columns(data)
    if found is None or not all_small(found.records):
        return _walked(data)
    at, unpacked = (found.records[field].astype(np.int64) for field in ("at", "unpacked"))
    return Listed(found.starts, at, unpacked)


def _walked(data: bytes) -> Listed:
    walked = [(at, _member(data, at, fields)) for at, fields in _entries(data)]
    starts = np.array([at for at, _ in walked], np.int64)
    places = np.array([min(member.at, _PLACE_MAX) for _, member in walked], np.int64)
    sizes = np.array([min(member.unpacked, _SIZE_MAX) for _, member in walked], np.int64)
    return Listed(starts, places, sizes)


def _entries(data: bytes) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Each member's fields, and where in the directory they are."""
    at, unpack = 0, _ENTRY.unpack_from
    try:
        while at < len(data):
            fields = unpack(data, at)
            if fields[0] != _MEMBER_MARK or fields[1] > VERSION_MAX:
                raise BadArchive(NO_ZIP)
            yield at, fields
            at += _ENTRY.size + fields[7] + fields[8] + fields[9]
    except struct.error:
        raise BadArchive(NO_ZIP) from None


def _member(data: bytes, at: int, fields: tuple[Any, ...]) -> Member:
    _, _, flags, method, crc, packed, unpacked, name_length, extra_length, _, attributes, place = (
        fields
    )
    extra_at = at + _ENTRY.size + name_length
    if LARGE in {packed, unpacked, place}:
        extra = data[extra_at : extra_at + extra_length]
        unpacked, packed, place = large(extra, (unpacked, packed, place))
    name = name_of(data[at + _ENTRY.size : extra_at], flags)
    return Member(name, flags, method, crc, packed, unpacked, attributes >> 16, place)


def name_of(letters: bytes, flags: int) -> str:
    """A member's name as its header has it."""
    return letters.decode("utf-8" if flags & UTF8 else "cp437", "replace")


def large(extra: bytes, values: tuple[int, int, int]) -> list[int]:
    """The values with those that did not fit replaced by what the extra field says. Raises BadArchive."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == _ZIP64:
            try:
                field = iter(struct.unpack_from(f"<{values.count(LARGE)}Q", extra, at + 4))
            except struct.error:
                break
            return [next(field) if value == LARGE else value for value in values]
        at += 4 + length
    raise BadArchive(NO_ZIP)
