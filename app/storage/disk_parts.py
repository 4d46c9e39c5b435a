"""Objects that come in parts, on a disk.

    parts/<token>/body        every part where it belongs, with holes for those that are still to come
    parts/<token>/key         what it will be called
    parts/<token>/<number>    an empty file for each part that is on the disk whole

So joining is a rename, however large the object: nothing is copied, and no space is needed twice.
"""

from __future__ import annotations

import fcntl
import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from app.storage.base import Begun, Coming, CutShort, MissingObject
from app.storage.checks import checked
from app.storage.partial import received, trouble
from app.storage.whole import CHUNK, SUFFIX, Exactly, flush


class DiskParts(ABC):
    """The half of DiskStorage that takes objects in parts."""

    def __init__(self, root: Path) -> None:
        self._coming = root / "parts"
        self._partial = root / "partial"

    @abstractmethod
    def _put_file(self, part: Path, key: str) -> None:
        """Move a file that is on the disk whole under its key."""

    def begin(self, key: str) -> str:
        checked(key)
        token = uuid4().hex
        with trouble():
            folder = self._coming / token
            folder.mkdir()
            (folder / "body").touch()
            (folder / "key").write_text(key)
        return token

    def part_url(self, coming: Coming, number: int) -> str | None:
        del coming, number
        return None  # a disk has no address of its own

    def put_part(self, coming: Coming, number: int, body: BinaryIO) -> None:
        start, length = coming.start_of(number), coming.length_of(number)
        with (
            received(Exactly(body, length), self._partial, durable=False) as path,
            self._locked(coming, number) as mark,
        ):
            _copy_into(mark.parent / "body", start, path)
            mark.touch()

    def parts(self, coming: Coming) -> set[int]:
        with self._expecting(coming) as folder:
            return {int(path.name) for path in folder.iterdir() if path.name.isdecimal()}

    def join(self, coming: Coming) -> None:
        if missing := set(coming.parts) - self.parts(coming):
            raise CutShort(f"{len(missing)} parts of {coming.key} are missing")
        with self._expecting(coming) as folder:
            self._put_file(folder / "body", coming.key)
        self.abandon(coming)

    def abandon(self, coming: Coming) -> None:
        with suppress(MissingObject), self._expecting(coming) as folder:
            # Gone at once for whoever looks, then its files.
            gone = folder.replace(self._partial / f".{uuid4().hex}{SUFFIX}")
            shutil.rmtree(gone)

    def begun(self) -> Iterator[Begun]:
        with trouble():
            folders = sorted(self._coming.iterdir())
        for folder in folders:
            with trouble(), suppress(FileNotFoundError):  # it ended while we looked
                key = folder / "key"
                since = datetime.fromtimestamp(key.stat().st_mtime, tz=UTC)
                yield Begun(key.read_text(), folder.name, since)

    @contextmanager
    def _locked(self, coming: Coming, number: int) -> Iterator[Path]:
        """The mark of a part, to be set. Of two senders of one part, one waits: no part is a mixture of two bodies."""
        with self._expecting(coming) as folder, (folder / f"lock-{number}").open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield folder / str(number)

    @contextmanager
    def _expecting(self, coming: Coming) -> Iterator[Path]:
        """The folder of an object that comes. What is not there is over, unless the whole disk is not there."""
        checked(coming.key)
        with trouble():
            try:
                yield self._coming / checked(coming.token)
            except FileNotFoundError as error:
                if not self._coming.is_dir():
                    raise
                raise MissingObject(coming.key) from error


def _copy_into(target: Path, start: int, source: Path) -> None:
    """And onto the disk: what is marked as there is there after a power cut."""
    with source.open("rb") as read, target.open("r+b") as written:
        written.seek(start)
        shutil.copyfileobj(read, written, CHUNK)
        flush(written)
