"""Files that appear whole or not at all: written under a name that nobody reads, then renamed."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from app.storage.base import CutShort

SUFFIX = ".part"
# What a body is copied by: large enough for a disk, small beside a process's memory.
CHUNK = 1 << 20


@contextmanager
def unfinished(folder: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """A new file in `folder` to write to, and its path; gone at the end unless it was `kept` under another."""
    path = folder / f".{uuid4().hex}{SUFFIX}"
    try:
        with path.open("xb") as file:
            yield file, path
    finally:
        path.unlink(missing_ok=True)


class Exactly(io.RawIOBase, BinaryIO):
    """The next `length` bytes of a stream, and never more. Reading raises CutShort where it ends before."""

    def __init__(self, stream: BinaryIO, length: int) -> None:
        self._stream = stream
        self._left = length

    def read(self, size: int = -1, /) -> bytes:
        """Up to `size` bytes."""
        wanted = self._left if size < 0 else min(size, self._left)
        piece = self._stream.read(wanted) if wanted else b""
        self._left -= len(piece)
        if wanted and not piece:
            raise CutShort(f"a body ended {self._left} bytes too early")
        return piece


def save(source: BinaryIO, path: Path) -> None:
    """Copy a stream to a file. Errors of this file are the caller's own."""
    with unfinished(path.parent) as (file, part):
        shutil.copyfileobj(source, file, CHUNK)
        file.flush()
        part.replace(path)


def flush(file: BinaryIO) -> None:
    """Have the bytes on the disk before the name is: after a power cut there is the old file or the new one."""
    file.flush()
    os.fsync(file.fileno())


def flush_folders(folder: Path, root: Path) -> None:
    """Have the names on the disk, from the file's folder up to `root`: any of them may be new."""
    for each in (folder, *folder.parents):
        with suppress(FileNotFoundError):  # the file was deleted at once, and its folder with it
            _flush_folder(each)
        if each == root:
            return


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
