"""Objects as plain files in a folder: for one machine, or for several that share a mounted disk.

    objects/<key>   the bodies, as they came
    types/<key>     the content type, where it is not the default
    partial/        bodies that are being written

A type is written before its body and removed after it, so that no new object is seen without its type.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from stat import S_ISREG
from typing import BinaryIO

from app.storage.base import DEFAULT_TYPE, MissingObject, ObjectInfo, StorageDown
from app.storage.checks import BadKey, checked, checked_prefix, checked_span
from app.storage.whole import flush, flush_folders, unfinished

# What a stream is copied by: large enough for the disk, small beside a worker's memory.
CHUNK = 1 << 20
# Nobody writes one object for a day: what is this old in partial/ was left by a process that died.
PARTIAL_SECONDS = 24 * 3600
# Between making a folder and moving a file into it, a delete may find it empty and remove it; each try costs one.
TRIES = 20


class DiskStorage:
    """Objects under `root`, which is made where it is missing. Raises StorageDown where it cannot be."""

    def __init__(self, root: Path) -> None:
        self._objects = root / "objects"
        self._types = root / "types"
        self._partial = root / "partial"
        with _trouble():
            for folder in (self._objects, self._types, self._partial):
                folder.mkdir(parents=True, exist_ok=True)
            _forget_old(self._partial)

    def put(self, key: str, body: bytes | BinaryIO, *, content_type: str = DEFAULT_TYPE) -> None:
        checked(key)
        with _trouble():
            if content_type == DEFAULT_TYPE:
                _remove(self._types, key)
            else:
                self._store(self._types, key, BytesIO(content_type.encode()))
            self._store(self._objects, key, BytesIO(body) if isinstance(body, bytes) else body)

    def get(self, key: str) -> bytes:
        with self.open(key) as file, _trouble():
            return file.read()

    @contextmanager
    def open(self, key: str) -> Iterator[BinaryIO]:
        path = self._objects / checked(key)
        with _trouble(key):
            file = path.open("rb")
        with file:
            yield file

    def range(self, key: str, start: int, length: int) -> bytes:
        checked_span(start, length)
        with self.open(key) as file, _trouble():
            file.seek(start)
            return file.read(length)

    def head(self, key: str) -> ObjectInfo:
        path = self._objects / checked(key)
        with _trouble(key):
            found = path.stat()
            if not S_ISREG(found.st_mode):
                raise MissingObject(key)
            return _info(key, found, self._type_of(key))

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        folder, slash, _ = checked_prefix(prefix).rpartition("/")
        return self._walk(folder + slash, prefix)

    def delete(self, key: str) -> None:
        checked(key)
        with _trouble():
            _remove(self._objects, key)
            _remove(self._types, key)

    def download(self, key: str, path: Path) -> None:
        with self.open(key) as source, _trouble(), unfinished(path.parent) as (file, part):
            shutil.copyfileobj(source, file, CHUNK)
            file.flush()
            part.replace(path)

    def ping(self) -> None:
        with _trouble(), unfinished(self._partial) as (file, _):
            file.write(b"here")

    def _store(self, tree: Path, key: str, body: BinaryIO) -> None:
        path = tree / key
        with unfinished(self._partial) as (file, part):
            shutil.copyfileobj(body, file, CHUNK)
            flush(file)
            _move(part, path, key)
        flush_folders(path.parent, tree)

    def _type_of(self, key: str) -> str:
        try:
            return (self._types / key).read_text()
        except FileNotFoundError:
            return DEFAULT_TYPE

    def _walk(self, folder: str, prefix: str) -> Iterator[ObjectInfo]:
        """In the order of whole keys, in which `a-b` comes before `a/b`: a folder sorts with its slash."""
        with _trouble():
            entries = _entries(self._objects / folder)
        for name in sorted(entries, key=str.encode):
            key = folder + name
            if not key.startswith(prefix):
                continue
            if name.endswith("/"):
                yield from self._walk(key, prefix)
            else:
                with suppress(MissingObject):  # deleted since
                    yield self._listed(key)

    def _listed(self, key: str) -> ObjectInfo:
        with _trouble(key):
            return _info(key, (self._objects / key).stat(), None)


@contextmanager
def _trouble(key: str | None = None) -> Iterator[None]:
    """Turn the system's errors into ours; with a key, what is not there is a missing object."""
    try:
        yield
    except OSError as error:
        if key is not None and isinstance(
            error, FileNotFoundError | IsADirectoryError | NotADirectoryError
        ):
            raise MissingObject(key) from error
        raise StorageDown(f"the storage folder: {error.strerror}") from error


def _info(key: str, found: os.stat_result, content_type: str | None) -> ObjectInfo:
    return ObjectInfo(
        key, found.st_size, content_type, datetime.fromtimestamp(found.st_mtime, tz=UTC)
    )


def _entries(folder: Path) -> list[str]:
    """Names in a folder, those of folders with a slash."""
    try:
        with os.scandir(folder) as entries:
            return [entry.name + "/" * entry.is_dir() for entry in entries]
    except (FileNotFoundError, NotADirectoryError):
        return []


def _move(part: Path, path: Path, key: str) -> None:
    try:
        for _ in range(TRIES):
            with suppress(FileNotFoundError):
                path.parent.mkdir(parents=True, exist_ok=True)
                part.replace(path)
                return
        raise FileNotFoundError(path)
    except (FileExistsError, IsADirectoryError, NotADirectoryError) as error:
        raise BadKey(f"{key!r} would be an object and a folder of objects at once") from error


def _remove(tree: Path, key: str) -> None:
    """Remove a file and the folders that it leaves empty."""
    path = tree / key
    with suppress(FileNotFoundError, IsADirectoryError, NotADirectoryError):
        path.unlink()
    with suppress(OSError):  # not empty, or gone already
        for folder in path.parents:
            if folder == tree:
                break
            folder.rmdir()


def _forget_old(partial: Path) -> None:
    for path in partial.iterdir():
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < time.time() - PARTIAL_SECONDS:
                path.unlink()
