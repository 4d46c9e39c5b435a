"""Files that appear whole or not at all: written under a name that nobody reads, then renamed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

SUFFIX = ".part"


@contextmanager
def unfinished(folder: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """A new file in `folder` to write to, and its path; gone at the end unless it was `kept` under another."""
    path = folder / f".{uuid4().hex}{SUFFIX}"
    try:
        with path.open("xb") as file:
            yield file, path
    finally:
        path.unlink(missing_ok=True)


def flush(file: BinaryIO) -> None:
    """Have the bytes on the disk before the name is: after a power cut there is the old file or the new one."""
    file.flush()
    os.fsync(file.fileno())


def flush_folders(folder: Path, root: Path) -> None:
    """Have the names on the disk, from the file's folder up to `root`: any of them may be new."""
    for each in (folder, *folder.parents):
        handle = os.open(each, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        if each == root:
            return
