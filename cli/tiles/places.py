"""Where an operator's pictures lie: files, folders, prefixes of a bucket. All look the same from here on."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from app.domain.errors import BadInput
from app.storage.base import Storage

OpenBucket = Callable[[str], Storage]
"""The bucket of an address such as s3://films."""


@dataclass(frozen=True)
class Found:
    """A file: its name below the place that was named, its size, and how to copy its bytes into a stream."""

    name: str
    bytes: int
    copy: Callable[[BinaryIO], None]


def found_at(place: str, open_bucket: OpenBucket) -> Iterator[Found]:
    """Every file at a place, in order; hidden ones are left out. Raises BadInput where there is no such place."""
    parts = urlsplit(place)
    if parts.scheme == "s3":
        yield from _in_bucket(open_bucket(f"s3://{parts.netloc}"), parts.path.lstrip("/"))
        return
    path = Path(place)
    if path.is_file():
        yield _file(path, path.name)
    elif path.is_dir():
        yield from _in_folder(path)
    else:
        raise BadInput(f"There is no file or folder {place}.")


def _in_folder(root: Path) -> Iterator[Found]:
    for place, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(place, name)
            if not name.startswith(".") and path.is_file():
                yield _file(path, str(path.relative_to(root)))


def _file(path: Path, name: str) -> Found:
    def copy(stream: BinaryIO) -> None:
        with path.open("rb") as opened:
            shutil.copyfileobj(opened, stream)

    return Found(name, path.stat().st_size, copy)


def _in_bucket(bucket: Storage, prefix: str) -> Iterator[Found]:
    for info in bucket.list(prefix):

        def copy(stream: BinaryIO, key: str = info.key) -> None:
            with bucket.open(key) as opened:
                shutil.copyfileobj(opened, stream)

        name = info.key.removeprefix(prefix).lstrip("/") or info.key
        if info.size and not any(part.startswith(".") for part in name.split("/")):
            yield Found(name, info.size, copy)
