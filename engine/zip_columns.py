"""The records of a zip as columns: 190,000 of them are looked at together in place of one after the other."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from engine.limits import ZIP_MAX_ENTRIES

Numbers = NDArray[np.int64]
Records = NDArray[Any]

# Of the directory, and of the header in front of each member: the format is PKWARE's APPNOTE 6.3.
LISTED = np.dtype(
    {
        "names": [
            *("mark", "version", "flags", "method", "crc", "packed", "unpacked"),
            *("name", "extra", "comment", "attributes", "at"),
        ],
        "formats": ["<u4", *3 * ["<u2"], *3 * ["<u4"], *3 * ["<u2"], *2 * ["<u4"]],
        "offsets": [0, 6, 8, 10, 16, 20, 24, 28, 30, 32, 38, 42],
        "itemsize": 46,
    }
)
HEADERS = np.dtype(
    {
        "names": ["mark", "flags", "method", "crc", "packed", "unpacked", "name", "extra"],
        "formats": ["<u4", "<u2", "<u2", *3 * ["<u4"], *2 * ["<u2"]],
        "offsets": [0, 6, 8, 14, 18, 22, 26, 28],
        "itemsize": 30,
    }
)
LISTED_MARK, HEADERS_MARK = 0x02014B50, 0x04034B50
STORED, DEFLATED = 0, 8
# Flags of a member; of one that was streamed, sizes and CRC stand behind the bytes: the writer did not know them before.
ENCRYPTED, STREAMED, UTF8 = 0x1, 0x8, 0x800
# 6.3, the last version of the format there is.
VERSION_MAX = 63
# "See the extra field": sizes and places beyond 4 GB.
LARGE = 0xFFFFFFFF
# A member's own header may say more than the directory knows of.
EXTRA_MAX = 65_535


class Columns(NamedTuple):
    """What a directory lists: the records, and where each begins in it."""

    starts: Numbers
    records: Records


def columns(data: bytes) -> Columns | None:
    """Of a directory, or of a piece of one. None where its marks alone do not tell where its records are.

    A name, a comment or an extra field may hold the bytes of a mark; and damage may be anywhere. Then the records have to be
    walked one after the other.
    """
    mark = LISTED_MARK.to_bytes(4, "little")
    # Counted first: a directory of nothing but marks would take many times its own memory.
    if data.count(mark) > ZIP_MAX_ENTRIES:
        return None
    places = (found.start() for found in re.finditer(re.escape(mark), data))
    starts = np.fromiter(places, np.int64)
    starts = starts[starts <= len(data) - LISTED.itemsize]
    records = records_at(data, starts, LISTED)
    ends = starts + LISTED.itemsize
    for field in ("name", "extra", "comment"):
        ends = ends + records[field]
    if np.array_equal(np.append(starts, len(data)), np.append(0, ends)):
        return Columns(starts, records)
    return None


def records_at(data: bytes, starts: Numbers, layout: np.dtype[Any]) -> Records:
    """The records that begin at these places; each must lie inside the data."""
    if not len(starts):
        return np.empty(0, layout)
    windows = sliding_window_view(np.frombuffer(data, np.uint8), layout.itemsize)
    return windows[starts].view(layout).reshape(-1)


def all_small(records: Records) -> bool:
    """Whether they say all themselves: of a version that we know, and nothing past four gigabytes."""
    large = [(records[field] == LARGE).any() for field in ("packed", "unpacked", "at")]
    return not any(large) and not (records["version"] > VERSION_MAX).any()
