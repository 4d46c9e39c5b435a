"""Bodies on their way to a disk, under no key yet, and the disk's own errors as ours."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from app.storage.base import StorageDown
from app.storage.whole import CHUNK, flush, unfinished

# Nobody writes one body for a day: what is this old was left by a process that died.
PARTIAL_SECONDS = 24 * 3600


@contextmanager
def trouble() -> Iterator[None]:
    """Turn the system's errors into StorageDown."""
    try:
        yield
    except OSError as error:
        raise StorageDown(f"the storage folder: {error.strerror or error}") from error


@contextmanager
def received(body: BinaryIO, folder: Path, *, durable: bool = True) -> Iterator[Path]:
    """The whole body in a file in `folder`, on the disk if `durable`. Errors of the stream are the sender's, not the disk's."""
    with ExitStack() as stack:
        with trouble():
            file, part = stack.enter_context(unfinished(folder))
        while piece := body.read(CHUNK):
            with trouble():
                file.write(piece)
        with trouble():
            flush(file) if durable else file.flush()
        yield part


def forget_old(folder: Path) -> None:
    """Remove what dead processes left."""
    for path in folder.iterdir():
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < time.time() - PARTIAL_SECONDS:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
