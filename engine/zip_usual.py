"""Members of a zip of which none is anything but usual, told by columns: a twentieth of the time of looking at each.

Where a single one is not, `engine.zipped` looks at each of them and finds the words for those that cannot be taken.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from itertools import compress
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from engine import zip_columns as form
from engine.limits import (
    FILE_MAX_BYTES,
    ZIP_MAX_RATIO,
    ZIP_MAX_TOTAL_BYTES,
    ZIP_PACKED_MORE,
    ZIP_RATIO_FROM_BYTES,
)
from engine.zip_columns import HEADERS, LISTED, Columns, Numbers, Records, columns, records_at
from engine.zip_directory import Slice, name_of
from engine.zip_header import FLAGS_THAT_MATTER
from engine.zip_names import all_plain, any_quiet, quiet


class Usual(NamedTuple):
    """Members that follow each other in the file.

    letters : their names as they lie in the zip; records : what the directory says; starts : where in it that stands.
    at : where each one's header lies; end : where the next one's does; stop : as far as is read for it.
    """

    names: list[str]
    letters: list[bytes]
    starts: Numbers
    records: Records
    at: Numbers
    end: Numbers
    stop: Numbers

    def part(self, first: int, last: int) -> Self:
        """Some of them."""
        columns: list[Any] = [column[first:last] for column in self]
        return type(self)(*columns)

    def without_quiet(self) -> Self:
        """Those that are not passed over."""
        kept = [not quiet(name) for name in self.names]
        lists: list[Any] = [list(compress(column, kept)) for column in (self.names, self.letters)]
        return type(self)(*lists, *(column[np.array(kept, bool)] for column in self[2:]))

    def groups(self, read_bytes: int) -> Iterator[Self]:
        """In pieces of about so many bytes, whose members lie so close together that they are read at once."""
        far = np.flatnonzero(self.at[1:] > self.stop[:-1] + form.EXTRA_MAX) + 1
        first = 0
        for border in [*far.tolist(), len(self.at)]:
            while first < border:
                within = np.searchsorted(self.stop, self.at[first] + read_bytes, side="right")
                last = min(max(first + 1, int(within)), border)
                yield self.part(first, last)
                first = last

    def bodies(self, data: bytes) -> list[tuple[int, int]]:
        """Where in the bytes of all of them each one's own start and end; (-1, -1) for what needs a closer look.

        That is what was packed, and what has a header of its own that does not say the same as the directory, for then
        programs would not read it alike.
        """
        place = self.at - self.at[0]
        there = place + HEADERS.itemsize <= len(data)
        headers = records_at(data, place[there], HEADERS)
        start = np.full(len(place), -1)
        start[there] = place[there] + HEADERS.itemsize + headers["name"] + headers["extra"]
        stop = start + self.records["packed"]
        good = there & (stop == self.end - self.at[0]) & (stop <= len(data))
        good[there] &= _agree(self.records[there], headers)
        places = np.where(good, [start, stop], -1).T.tolist()
        letters = zip(self.letters, (place + HEADERS.itemsize).tolist(), places, strict=True)
        return [
            (first, last) if data.startswith(name, at) else (-1, -1)
            for name, at, (first, last) in letters
        ]


def usual(data: bytes, part: Slice) -> Usual | None:
    """The members that a piece of a directory lists, less those that are passed over. None where one is not usual."""
    found = columns(data)
    if found is None or not _all_usual(found.records):
        return None
    at = found.records["at"].astype(np.int64)
    end = np.append(at[1:], part.until)[: len(at)]
    letters = _letters(data, found)
    names = _names(letters, found.records)
    if names is None or (at >= end).any():
        return None
    most = at + HEADERS.itemsize + 2 * form.EXTRA_MAX + found.records["packed"]
    all_ = Usual(names, letters, found.starts, found.records, at, end, np.minimum(end, most))
    kept = all_.without_quiet() if any_quiet(names) else all_
    return kept if all_plain(kept.names) and _all_fit(kept.records, part.before) else None


def _all_usual(records: Records) -> bool:
    """Nothing locked, no link, nothing past four gigabytes, only what we read."""
    kind = _kinds(records)
    return form.all_small(records) and not (
        (records["flags"] & form.ENCRYPTED).any()
        or (~np.isin(records["method"], (form.STORED, form.DEFLATED))).any()
        or (~np.isin(kind, (0, stat.S_IFREG, stat.S_IFDIR))).any()
    )


def _kinds(records: Records) -> Records:
    """Of files, as Unix has them; 0 where another system made the zip."""
    return (records["attributes"] >> 16) & 0o170000


def _all_fit(records: Records, before: int) -> bool:
    packed, unpacked = records["packed"].astype(np.int64), records["unpacked"].astype(np.int64)
    return not (
        (_kinds(records) == stat.S_IFDIR).any()
        or (unpacked > FILE_MAX_BYTES).any()
        or (unpacked > np.maximum(ZIP_RATIO_FROM_BYTES, packed * ZIP_MAX_RATIO)).any()
        or (packed > unpacked + ZIP_PACKED_MORE).any()
        or before + unpacked.sum() > ZIP_MAX_TOTAL_BYTES
    )


def _agree(listed: Records, headers: Records) -> NDArray[np.bool_]:
    """Whether members' own headers say what the directory says, and that they are not packed."""
    told = ("method", "crc", "packed", "unpacked", "name")
    same = [headers[field] == listed[field] for field in told]
    flags = headers["flags"] ^ listed["flags"] | listed["flags"] & form.STREAMED
    same += [headers["mark"] == form.HEADERS_MARK, flags & FLAGS_THAT_MATTER == 0]
    same += [listed["method"] == form.STORED, listed["packed"] == listed["unpacked"]]
    together: NDArray[np.bool_] = np.logical_and.reduce(same)
    return together


def _letters(data: bytes, found: Columns) -> list[bytes]:
    first = found.starts + LISTED.itemsize
    last = first + found.records["name"]
    return [data[a:b] for a, b in zip(first.tolist(), last.tolist(), strict=True)]


def _names(letters: list[bytes], records: Records) -> list[str] | None:
    joined = b"\n".join(letters)
    if not joined.isascii():
        flags = records["flags"].tolist()
        return [name_of(name, flag) for name, flag in zip(letters, flags, strict=True)]
    names = joined.decode("ascii").split("\n") if letters else []
    return names if len(names) == len(letters) else None
