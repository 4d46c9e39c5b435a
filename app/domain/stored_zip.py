"""A zip written as it is sent: stored, not deflated, because JPEG does not get smaller; with ZIP64 where it is needed.

Python's own zipfile keeps a record of half a kilobyte for each member until the end, 100 MB for 190,000 tiles. Here what
the directory needs goes to a temporary file at once. The layout is PKWARE's APPNOTE 6.3.
"""

from __future__ import annotations

import struct
import tempfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO, Self

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR_64 = struct.Struct("<4sLQL")
_OFFSET_64 = struct.Struct("<2HQ")

_PLAIN, _ZIP64 = 20, 45
# Names are UTF-8.
_FLAGS = 1 << 11
# 1 January 1980, midnight: the first moment a zip knows. When the tiles were taken is nobody's business.
_DATE, _TIME = 1 << 5 | 1, 0
_MOST_16, _MOST_32 = 0xFFFF, 0xFFFFFFFF
_CHUNK = 1 << 16


class StoredZip:
    """Gives the bytes of the zip bit by bit: each member by `member` or `stream`, then all that is left by `end`.

    Use it as a context manager: it holds a file open.
    """

    def __init__(self) -> None:
        self._at = 0
        self._members = 0
        self._directory = tempfile.SpooledTemporaryFile(max_size=_CHUNK)  # noqa: SIM115 - closed by `__exit__`

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._directory.close()

    def member(self, name: str, body: bytes) -> bytes:
        """A file in the zip, up to 4 GB."""
        return self._begin(name, zlib.crc32(body), len(body)) + body

    def stream(self, name: str, file: BinaryIO) -> Iterator[bytes]:
        """A file of any length up to 4 GB, read from its beginning, twice."""
        file.seek(0)
        crc = size = 0
        while chunk := file.read(_CHUNK):
            crc, size = zlib.crc32(chunk, crc), size + len(chunk)
        yield self._begin(name, crc, size)
        file.seek(0)
        while chunk := file.read(_CHUNK):
            yield chunk

    def end(self) -> Iterator[bytes]:
        """The directory. Nothing can be added afterwards."""
        size = self._directory.tell()
        self._directory.seek(0)
        while chunk := self._directory.read(_CHUNK):
            yield chunk
        yield self._tail(size)

    def _begin(self, name: str, crc: int, size: int) -> bytes:
        path = name.encode()
        self._note(path, crc, size)
        head = _LOCAL.pack(
            b"PK\x03\x04", _PLAIN, _FLAGS, 0, _TIME, _DATE, crc, size, size, len(path), 0
        )
        self._members += 1
        self._at += len(head) + len(path) + size
        return head + path

    def _note(self, path: bytes, crc: int, size: int) -> None:
        far = self._at >= _MOST_32
        extra = _OFFSET_64.pack(1, 8, self._at) if far else b""
        needs = _ZIP64 if far else _PLAIN
        head = _CENTRAL.pack(
            *(b"PK\x01\x02", needs, needs, _FLAGS, 0, _TIME, _DATE, crc, size, size),
            *(len(path), len(extra), 0, 0, 0, 0, min(self._at, _MOST_32)),
        )
        self._directory.write(head + path + extra)

    def _tail(self, size: int) -> bytes:
        count, at = self._members, self._at
        end = _END.pack(
            *(b"PK\x05\x06", 0, 0, min(count, _MOST_16), min(count, _MOST_16)),
            *(min(size, _MOST_32), min(at, _MOST_32), 0),
        )
        if count < _MOST_16 and size < _MOST_32 and at < _MOST_32:
            return end
        rest = _END_64.size - 12
        end_64 = _END_64.pack(b"PK\x06\x06", rest, _ZIP64, _ZIP64, 0, 0, count, count, size, at)
        return end_64 + _LOCATOR_64.pack(b"PK\x06\x07", 0, at + size, 1) + end
