"""Rows of pixels straight into libvips, without a file between and in a few megabytes.

libvips takes pixels from files, from memory or from a source that it reads as it goes. The last is what we need, but it
wants a format with a header. So the reading side shows it an uncompressed TIFF that is nowhere as a whole: the header is
made beforehand, the pixels behind it come out of a pipe. (PPM would be the simple choice; the wheels' libvips cannot read
it.)
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import struct
from typing import Any

import numpy as np
import pyvips

from engine.types import Pixels

# As much as Linux lets anybody buffer in a pipe: the writing side gets ahead of the reading one by this.
PIPE_BYTES = 2**20
# Rows in one strip of that TIFF. libvips asks for a strip at a time; JPEG takes 16 rows at a time.
_ROWS = 16
_SHORT, _LONG, _LONG8 = 3, 4, 16

# libvips would keep the last hundred operations and their pictures, ours among them that can never be read again.
pyvips.cache_set_max(0)


class Stream:
    """A picture that is written from the top, row by row, while libvips reads it in another thread."""

    def __init__(self, width: int, height: int) -> None:
        self._head = _head(width, height)
        self._size = len(self._head) + width * height * 3
        self._asked, self._given = 0, len(self._head)
        self._out, self._into = os.pipe()
        with contextlib.suppress(OSError):  # the default, 64 KB, works too
            fcntl.fcntl(self._into, fcntl.F_SETPIPE_SZ, PIPE_BYTES)

    def write(self, rows: Pixels) -> None:
        """Hand over (n, width, 3) uint8; waits while the reading side is busy."""
        left = np.ascontiguousarray(rows).data.cast("B")
        while left:
            left = left[os.write(self._into, left) :]

    def end(self) -> None:
        """No more rows. If that is before the last, the reading side fails."""
        os.close(self._into)

    def image(self, dpi: float) -> Any:
        """The reading side: a picture that can be gone through once, from the top."""
        # Kept: libvips calls back for as long as the picture lives, and pyvips keeps the callbacks with the source.
        self._source = pyvips.SourceCustom()
        self._source.on_read(self._read)
        self._source.on_seek(self._seek)
        image = pyvips.Image.tiffload_source(self._source, access="sequential", fail_on="error")
        return image.copy(interpretation="srgb", xres=dpi / 25.4, yres=dpi / 25.4)

    def drain(self) -> None:
        """Take what is left, so that the writing side does not wait for ever, until it ends."""
        while os.read(self._out, PIPE_BYTES):
            pass
        os.close(self._out)

    def _read(self, size: int) -> bytes:
        if self._asked < len(self._head):
            part = self._head[self._asked : self._asked + size]
        elif self._asked == self._given:
            part = os.read(self._out, min(size, PIPE_BYTES))
            self._given += len(part)
        else:  # never pixels from a wrong place
            part = b""
        self._asked += len(part)
        return part

    def _seek(self, offset: int, whence: int) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._asked, os.SEEK_END: self._size}[whence]
        self._asked = start + offset
        return self._asked


def _head(width: int, height: int) -> bytes:
    """Everything of an uncompressed BigTIFF before its pixels: header, one directory, where the strips lie."""
    strips = -(-height // _ROWS)
    directory = 16
    arrays = directory + 8 + 10 * 20 + 8
    pixels = arrays + 16 * strips
    lengths = np.full(strips, _ROWS * width * 3, "<u8")
    lengths[-1] = (height - (strips - 1) * _ROWS) * width * 3
    places = (pixels + lengths.cumsum() - lengths).astype("<u8")
    # A single value stands in the directory itself.
    at = (arrays, arrays + 8 * strips) if strips > 1 else (int(places[0]), int(lengths[0]))
    entries = [
        (256, _LONG, 1, width),
        (257, _LONG, 1, height),
        (258, _SHORT, 3, 8 | 8 << 16 | 8 << 32),  # bits of each channel
        (259, _SHORT, 1, 1),  # not compressed
        (262, _SHORT, 1, 2),  # RGB
        (273, _LONG8, strips, at[0]),
        (277, _SHORT, 1, 3),  # channels
        (278, _LONG, 1, _ROWS),
        (279, _LONG8, strips, at[1]),
        (284, _SHORT, 1, 1),  # channels of a pixel lie together
    ]
    head = struct.pack("<2sHHHQQ", b"II", 43, 8, 0, directory, len(entries))
    listed = b"".join(struct.pack("<HHQQ", *entry) for entry in entries)
    return b"".join((head, listed, bytes(8), places.tobytes(), lengths.tobytes()))
