"""Pictures out of a zip from a stranger: counted before anything is opened, names never used as paths."""

from __future__ import annotations

import stat
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import BinaryIO, NamedTuple, Self

from engine.kinds import Body
from engine.limits import (
    FILE_MAX_BYTES,
    ZIP_MAX_RATIO,
    ZIP_MAX_TOTAL_BYTES,
    ZIP_PACKED_MORE,
    ZIP_RATIO_FROM_BYTES,
)
from engine.types import Refusal
from engine.zip_columns import DEFLATED, ENCRYPTED, EXTRA_MAX, LISTED, STORED
from engine.zip_directory import Directory, Member, Slice, find_directory, members_of
from engine.zip_end import ReadAt
from engine.zip_header import HEADER, agrees, ends
from engine.zip_names import leads_outside, quiet, shown_name
from engine.zip_usual import Usual, usual

DAMAGED = "This file is damaged inside the zip. Make the zip again, or add the picture by itself."
DIFFERS = "The zip says two different things about this file, so programs would not read it alike. Make the zip again."
OVERLAPS = "This file shares its bytes with another one in the zip, as no honest zip has it. Make it again."
FULL = (
    f"The zip unpacks to more than {ZIP_MAX_TOTAL_BYTES // 2**30} GB, and this file is past that. "
    "Add the rest as a second zip."
)

_ZIP = b"PK\x03\x04"
# Members are read together up to this: a request to a bucket costs as much as a megabyte.
_READ_BYTES = 4 * 2**20


class ZipPictures:
    """The members of a zip, one after another; `count` of them. Read to its end, or used in `with`, it closes the zip."""

    def __init__(self, read: ReadAt, directory: Directory, stack: ExitStack) -> None:
        self._read = read
        self._slice = directory.whole()
        self._stack = stack
        members = members_of(directory.data)
        self.count = sum(not quiet(member.name) for member in members)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[tuple[str, Body] | Refusal]:
        yield from read_slice(self._read, self._slice)
        self.close()

    def close(self) -> None:
        """Close the zip's file where it was opened here."""
        self._stack.close()


def read_zip(file: Path | BinaryIO) -> ZipPictures:
    """The pictures of a zip as (name, bytes), or a `Refusal` for a member that cannot be taken.

    Folders and the files that file managers leave behind are passed over. Names are for showing, never paths.

    Raises BadArchive where it is no zip, or one of more than 250,000 members.
    """
    with ExitStack() as stack:
        opened = stack.enter_context(file.open("rb")) if isinstance(file, Path) else file
        read = partial(_read_at, opened)
        directory = find_directory(read, opened.seek(0, 2))
        return ZipPictures(read, directory, stack.pop_all())


def read_slice(read: ReadAt, part: Slice) -> Iterator[tuple[str, Body] | Refusal]:
    """What `read_zip` gives, for some members of a zip: `read(start, length)` is asked for their bytes alone."""
    listed = read(part.start, part.length)
    found = usual(listed, part)
    if found is None:
        yield from _one_by_one(read, members_of(listed), part)
        return
    for group in found.groups(_READ_BYTES):
        first = int(group.at[0])
        data = read(first, int(group.stop[-1]) - first)
        yield from _together(group, data, listed)


def _together(group: Usual, data: bytes, listed: bytes) -> Iterator[tuple[str, Body] | Refusal]:
    """The members of a group, whose bytes are `data`; the directory says nothing unusual of them."""
    each = zip(group.names, group.bodies(data), group.records["crc"].tolist(), strict=True)
    view = memoryview(data)
    for number, (name, (start, stop), crc) in enumerate(each):
        if start >= 0:
            body = view[start:stop]
            if zlib.crc32(body) == crc and not data.startswith(_ZIP, start, stop):
                yield name, body
                continue
        found = _unpacked(_closer(group, number, listed), data, int(group.at[number] - group.at[0]))
        yield Refusal(name, found) if isinstance(found, str) else (name, found)


def _closer(group: Usual, number: int, listed: bytes) -> _Wanted:
    record = group.records[number]
    length = LISTED.itemsize + sum(int(record[field]) for field in ("name", "extra", "comment"))
    start = int(group.starts[number])
    [member] = members_of(listed[start : start + length])
    return _Wanted(member, member.at, int(group.stop[number]), int(group.end[number]), None)


def _one_by_one(
    read: ReadAt, members: list[Member], part: Slice
) -> Iterator[tuple[str, bytes] | Refusal]:
    for group in _groups(_wanted(members, part.until, part.before)):
        start = min((wanted.start for wanted in group if not wanted.reason), default=0)
        stop = max(wanted.stop for wanted in group)
        data = read(start, stop - start) if stop else b""
        for wanted in group:
            name = shown_name(wanted.member.name)
            found = wanted.reason or _unpacked(wanted, data, wanted.start - start)
            yield Refusal(name, found) if isinstance(found, str) else (name, found)


class _Wanted(NamedTuple):
    """A member, the bytes that are read for it, and where the next one begins; or the reason why nothing is read."""

    member: Member
    start: int
    stop: int
    end: int
    reason: str | None


def _wanted(members: list[Member], until: int, total: int) -> Iterator[_Wanted]:
    starts = sorted({member.at for member in members})
    ends = dict(zip(starts, [*starts[1:], until], strict=True)) if starts else {}
    for member in members:
        if quiet(member.name):
            continue
        reason = _objection(member, total)
        if reason:
            yield _Wanted(member, 0, 0, 0, reason)
            continue
        total += member.unpacked
        end = ends[member.at]
        most = HEADER.size + 2 * EXTRA_MAX + member.packed
        yield _Wanted(member, member.at, min(end, member.at + most), end, None)


def _groups(all_wanted: Iterator[_Wanted]) -> Iterator[list[_Wanted]]:
    """Members that lie so close together that they are read at once."""
    group: list[_Wanted] = []
    start = stop = 0
    for wanted in all_wanted:
        if not wanted.reason:
            near = start <= wanted.start <= stop + EXTRA_MAX
            if stop and not (near and wanted.stop - start <= _READ_BYTES):
                yield group
                group, stop = [], 0
            start = start if stop else wanted.start
            stop = max(stop, wanted.stop)
        group.append(wanted)
    if group:
        yield group


def _unpacked(wanted: _Wanted, data: bytes, at: int) -> bytes | str:
    """A member's bytes, out of those of its group, or why they cannot be had."""
    member = wanted.member
    found = _packed(wanted, data, at)
    if isinstance(found, str):
        return found
    body = _inflated(found, member.unpacked) if member.method == DEFLATED else found
    if len(body) != member.unpacked or zlib.crc32(body) != member.crc:
        return DAMAGED
    if body.startswith(_ZIP):
        return "This is a zip inside the zip. Unpack it and add its pictures."
    return body


def _packed(wanted: _Wanted, data: bytes, at: int) -> bytes | str:
    """A member's bytes as they lie in the zip, once its own header says what the directory says."""
    member = wanted.member
    header = data[at : at + HEADER.size]
    if len(header) < HEADER.size or not header.startswith(_ZIP):
        return DAMAGED
    fields = HEADER.unpack(header)
    start = at + HEADER.size + fields[-2] + fields[-1]
    stop = start + member.packed
    behind = wanted.end - wanted.start - (stop - at)
    if behind < 0:
        return OVERLAPS
    named = data[at + HEADER.size : start]
    if agrees(member, fields, named) and ends(member, data[stop : stop + behind], behind):
        return data[start:stop]
    return DIFFERS


def _inflated(packed: bytes, size: int) -> bytes:
    """One byte more than `size` at most: enough to see that a member lies about it."""
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, size + 1)
    except zlib.error:
        return b""


def _read_at(file: BinaryIO, start: int, length: int) -> bytes:
    file.seek(start)
    return file.read(length)


def _objection(member: Member, total: int) -> str | None:
    """Why a member is not even opened, by what the zip's directory says of it."""
    if leads_outside(member.name):
        return "Its name leads outside the zip. Make the zip again from inside the folder."
    if stat.S_IFMT(member.mode) not in {0, stat.S_IFREG}:
        return "This is a link or a device, not a picture. Put the picture itself into the zip."
    if member.flags & ENCRYPTED:
        return "It is locked with a password. Make the zip again without one."
    if member.method not in {STORED, DEFLATED}:
        return "It is packed in a way that we do not read. Make the zip with the usual method (deflate)."
    return _too_large(member, total)


def _too_large(member: Member, total: int) -> str | None:
    if member.unpacked > FILE_MAX_BYTES:
        return f"It unpacks to more than {FILE_MAX_BYTES // 2**20} MB; that is too much for one picture."
    if member.unpacked > max(ZIP_RATIO_FROM_BYTES, member.packed * ZIP_MAX_RATIO):
        return f"It unpacks to more than {ZIP_MAX_RATIO} times its size, as no picture does. Leave it out."
    if member.packed > member.unpacked + ZIP_PACKED_MORE:
        return DAMAGED
    return FULL if total + member.unpacked > ZIP_MAX_TOTAL_BYTES else None
