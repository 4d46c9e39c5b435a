"""A disk of a few megabytes, to be filled for real: a tmpfs that belongs to a process of ours, and needs no root."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

# In a namespace of its own nobody else sees the mount, and it is gone with the process.
MOUNT = 'mount -t tmpfs -o size="$1" tessera "$2" && echo mounted && exec sleep infinity'


@dataclass(frozen=True)
class SmallDisk:
    """`folder` lies on it, `filler` takes what is free."""

    folder: Path

    @property
    def filler(self) -> Path:
        return self.folder / "filler"

    def fill(self, *, but: int = 0) -> None:
        """Leave `but` bytes."""
        with self.filler.open("wb", buffering=0) as file:
            with suppress(OSError):
                while file.write(bytes(1 << 14)):
                    continue
            file.truncate(max(0, file.tell() - but))

    def free(self) -> None:
        self.filler.unlink()


@contextmanager
def small_disk(below: Path, size: str) -> Iterator[SmallDisk]:
    """Mounted on a folder in `below`."""
    place = below / "small-disk"
    place.mkdir()
    command = [
        "unshare",
        "--user",
        "--map-root-user",
        "--mount",
        "sh",
        "-c",
        MOUNT,
        "sh",
        size,
        place,
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as holder:
        try:
            assert holder.stdout is not None
            assert holder.stdout.readline() == b"mounted\n", "no disk of our own could be mounted"
            folder = Path(f"/proc/{holder.pid}/root{place}") / "objects"
            folder.mkdir()
            assert os.statvfs(folder).f_blocks < os.statvfs(below).f_blocks
            yield SmallDisk(folder)
        finally:
            holder.kill()
