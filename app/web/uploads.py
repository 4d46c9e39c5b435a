"""Uploaded files on disk: thousands of them in one temporary file, none in memory.

Werkzeug keeps each file below 500 kB in memory: 5,000 holiday pictures would be 2 GB of a web process. A file on disk
for each would run out of file descriptors.
"""

from __future__ import annotations

import io
import tempfile
from typing import IO, Any

from flask import Request

# The smallest bodies need no disk.
IN_MEMORY = 500_000


class UploadRequest(Request):
    """A request whose uploaded files share one spool, gone when the request is over."""

    _spool: tempfile.SpooledTemporaryFile[bytes] | None = None

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        del total_content_length, content_type, filename, content_length
        if self._spool is None:
            self._spool = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed below
        return Part(self._spool)  # type: ignore[return-value]

    def close(self) -> None:
        """Forget the files."""
        super().close()
        if self._spool is not None:
            self._spool.close()


class Part(io.RawIOBase):
    """One file within the spool, from where the spool ended when it began. Files are written one after the other."""

    def __init__(self, spool: IO[bytes]) -> None:
        super().__init__()
        self._spool = spool
        self._start = spool.seek(0, io.SEEK_END)
        self._size = 0
        self._at = 0

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._spool.seek(self._start + self._at)
        written = self._spool.write(data)
        self._at += written
        self._size = max(self._size, self._at)
        return written

    def readinto(self, buffer: Any) -> int:
        self._spool.seek(self._start + self._at)
        data = self._spool.read(min(len(buffer), max(0, self._size - self._at)))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        return self._at
