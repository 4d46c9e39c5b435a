"""Objects as plain files in a folder: for one machine, or for several that share a mounted disk.

    objects/<key>   the bodies, as they came
    types/<key>     the content type, where it is not the default
    partial/        bodies that are being written
    parts/          objects that come in parts (disk_parts.py)

A type is written before its body and removed after it, so that no new object is seen without its type.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from stat import S_ISREG
from typing import BinaryIO

from app.storage.base import DEFAULT_TYPE, MissingObject, ObjectInfo
from app.storage.checks import BadKey, checked, checked_prefix, checked_span
from app.storage.disk_parts import DiskParts
from app.storage.partial import forget_old, received, trouble
from app.storage.whole import flush_folders, save, unfinished

# Inside the class, `list` is the method.
Names = list[str]
# Between making a folder and moving a file into it, a delete may find it empty and remove it; each try costs one.
TRIES = 20


class DiskStorage(DiskParts):
    """Objects under `root`, which is made where it is missing. Raises StorageDown where it cannot be."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self._objects = root / "objects"
        self._types = root / "types"
        with trouble():
            for folder in (self._objects, self._types, self._partial, self._coming):
                folder.mkdir(parents=True, exist_ok=True)
            forget_old(self._partial)

    def put(self, key: str, body: bytes | BinaryIO, *, content_type: str = DEFAULT_TYPE) -> None:
        checked(key)
        with received(BytesIO(body) if isinstance(body, bytes) else body, self._partial) as part:
            self._put_file(part, key, content_type)

    def get(self, key: str) -> bytes:
        with self.open(key) as file, trouble():
            return file.read()

    @contextmanager
    def open(self, key: str) -> Iterator[BinaryIO]:
        path = self._objects / checked(key)
        with self._finding(key):
            file = path.open("rb")
        with file:
            yield file

    def range(self, key: str, start: int, length: int) -> bytes:
        checked_span(start, length)
        with self.open(key) as file, trouble():
            file.seek(start)
            return file.read(length)

    def head(self, key: str) -> ObjectInfo:
        path = self._objects / checked(key)
        with self._finding(key):
            found = path.stat()
            if not S_ISREG(found.st_mode):
                raise IsADirectoryError(path)
            return _info(key, found, self._type_of(key))

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        folder, slash, _ = checked_prefix(prefix).rpartition("/")
        return self._walk(folder + slash, prefix)

    def delete(self, key: str) -> None:
        checked(key)
        _remove(self._objects, key)
        _remove(self._types, key)

    def download(self, key: str, path: Path) -> None:
        # An object is never changed: a second name for the same bytes does, where both are on one disk.
        with suppress(OSError):
            os.link(self._objects / checked(key), path)
            return
        with self.open(key) as source:
            save(source, path)

    def path(self, key: str) -> Path:
        self.head(key)
        return self._objects / key

    @contextmanager
    def local(self, key: str, folder: Path) -> Iterator[Path]:
        del folder
        yield self.path(key)

    def get_url(self, key: str, *, content_type: str, disposition: str) -> str | None:
        del content_type, disposition
        checked(key)
        return None

    def ping(self) -> None:
        with trouble(), unfinished(self._partial) as (file, _):
            file.write(b"here")

    def _put_file(self, part: Path, key: str, content_type: str = DEFAULT_TYPE) -> None:
        self._put_type(key, content_type)
        self._place(part, self._objects, key)

    def _place(self, part: Path, tree: Path, key: str) -> None:
        path = tree / key
        with trouble():
            _move(part, path, key)
            flush_folders(path.parent, tree)

    def _put_type(self, key: str, content_type: str) -> None:
        if content_type == DEFAULT_TYPE:
            _remove(self._types, key)
        else:
            with received(BytesIO(content_type.encode()), self._partial) as part:
                self._place(part, self._types, key)

    def _type_of(self, key: str) -> str:
        with suppress(FileNotFoundError, NotADirectoryError):
            return (self._types / key).read_text()
        return DEFAULT_TYPE

    def _walk(self, folder: str, prefix: str) -> Iterator[ObjectInfo]:
        """In the order of whole keys, in which `a-b` comes before `a/b`: a folder sorts with its slash."""
        for name in sorted(self._entries(folder), key=os.fsencode):
            key = folder + name
            if not key.startswith(prefix):
                continue
            if name.endswith("/"):
                yield from self._walk(key, prefix)
            else:
                yield from self._listed(key)

    def _entries(self, folder: str) -> Names:
        """Names in a folder, those of folders with a slash."""
        with suppress(MissingObject), self._finding(folder):
            return [path.name + "/" * path.is_dir() for path in (self._objects / folder).iterdir()]
        return []

    def _listed(self, key: str) -> Iterator[ObjectInfo]:
        """The object, or nothing if it was deleted since its folder was read."""
        with suppress(MissingObject):
            with self._finding(key):
                found = (self._objects / key).stat()
            yield _info(key, found, None)

    @contextmanager
    def _finding(self, key: str) -> Iterator[None]:
        """What is not there is a missing object, unless the whole disk is not there."""
        with trouble():
            try:
                yield
            except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
                if not self._objects.is_dir():
                    raise
                raise MissingObject(key) from error


def _info(key: str, found: os.stat_result, content_type: str | None) -> ObjectInfo:
    return ObjectInfo(
        key, found.st_size, content_type, datetime.fromtimestamp(found.st_mtime, tz=UTC)
    )


def _move(part: Path, path: Path, key: str) -> None:
    """Rename, making folders on the way. A delete that cleans up at the same time costs another try."""
    trouble: OSError = FileNotFoundError(path)
    for _ in range(TRIES):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part.replace(path)
            return
        except (FileExistsError, FileNotFoundError) as error:
            trouble = error
        except (IsADirectoryError, NotADirectoryError) as error:
            trouble = error
            break
    if isinstance(trouble, FileNotFoundError):
        raise trouble
    raise BadKey(f"{key!r} would be an object and a folder of objects at once") from trouble


def _remove(tree: Path, key: str) -> None:
    """Remove a file and the folders that it leaves empty."""
    path = tree / key
    with trouble(), suppress(FileNotFoundError, IsADirectoryError, NotADirectoryError):
        path.unlink()
    with suppress(OSError):  # not empty, or gone already
        for folder in path.parents:
            if folder == tree:
                break
            folder.rmdir()
