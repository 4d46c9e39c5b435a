"""What every object store does for us, and the two ways in which it can fail.

A key is a path of names, `o/<owner>/photos/<id>/original`. It names an object or a folder of objects, never both.
Objects are whole or absent: nobody ever reads half of one, nor a mixture of an old and a new body.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from app.domain.errors import OurFailure, ServiceDown

DEFAULT_TYPE = "application/octet-stream"


@dataclass(frozen=True)
class Coming:
    """An object of `size` bytes that comes in parts, in any order and side by side, each sent again as often as need be.

    Parts are numbered from 1 and have `part` bytes each, the last one what is left. `token` is the store's own name
    for this attempt: two attempts at one key know nothing of each other.
    """

    key: str
    token: str
    size: int
    part: int

    @property
    def parts(self) -> range:
        """Their numbers; an empty object is one empty part."""
        return range(1, max(1, -(-self.size // self.part)) + 1)

    def start_of(self, number: int) -> int:
        """Where a part begins in the object. Raises ValueError where there is no such part."""
        if number not in self.parts:
            raise ValueError(f"no part {number} of {len(self.parts)}")
        return (number - 1) * self.part

    def length_of(self, number: int) -> int:
        """Bytes of a part."""
        return min(self.part, self.size - self.start_of(number))


@dataclass(frozen=True)
class Begun:
    """An object in parts that was neither joined nor abandoned yet."""

    key: str
    token: str
    since: datetime


@dataclass(frozen=True)
class ObjectInfo:
    """An object without its body. Listings leave `content_type` out (None), because S3 does not tell it there."""

    key: str
    size: int
    content_type: str | None
    modified: datetime


class MissingObject(OurFailure):
    """No object under `key`."""

    def __init__(self, key: str) -> None:
        super().__init__(f"no object {key}")
        self.key = key


class CutShort(OurFailure):
    """The body of a part is shorter than it has to be: its sender went away, or counted wrongly."""


class StorageDown(ServiceDown):
    """The store does not answer, or not as it should; the reason is the cause of this error."""


class Storage(Protocol):
    """Objects under keys. Every method raises StorageDown for trouble and BadKey for a key that breaks the rules."""

    def __hash__(self) -> int:
        """Of this very store: what was read from one is not another's."""

    def put(self, key: str, body: bytes | BinaryIO, *, content_type: str = DEFAULT_TYPE) -> None:
        """Store the object whole, in place of any older one. A stream is read from where it stands and left open."""

    def get(self, key: str) -> bytes:
        """The whole body. Raises MissingObject."""

    def open(self, key: str) -> AbstractContextManager[BinaryIO]:
        """The body as a stream to read once, forwards. Raises MissingObject."""

    def range(self, key: str, start: int, length: int) -> bytes:
        """`length` bytes from `start`; fewer, or none, where the object ends before. Raises MissingObject."""

    def head(self, key: str) -> ObjectInfo:
        """Size, type and time. Raises MissingObject."""

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        """Every object whose key starts with `prefix`, in the order of the keys' UTF-8 bytes."""

    def delete(self, key: str) -> None:
        """Remove the object; a missing one is fine."""

    def download(self, key: str, path: Path) -> None:
        """The body as a file at `path`, to be read and never written to; it appears whole or not at all. Raises MissingObject."""

    def path(self, key: str) -> Path | None:
        """The store's own file, where it has one on this machine; None where the body has to be fetched. Raises MissingObject."""

    def local(self, key: str, folder: Path) -> AbstractContextManager[Path]:
        """The body as a file to read and to seek in, for the time of a `with`: the store's own, or a copy in `folder`.

        Raises MissingObject.
        """

    def get_url(self, key: str, *, content_type: str, disposition: str) -> str | None:
        """Where a browser may GET this object by itself, for five minutes, as that type and under that Content-Disposition.

        None where it has to ask us. Whether the object is there is not looked at.
        """

    def ping(self) -> None:
        """Return if the store would take an object now."""

    def begin(self, key: str) -> str:
        """Expect an object in parts; returns the token of a `Coming`. Nothing is seen under the key before `join`."""

    def part_url(self, coming: Coming, number: int) -> str | None:
        """Where a browser may PUT this part by itself, for an hour; None where it has to send it to us."""

    def put_part(self, coming: Coming, number: int, body: BinaryIO) -> None:
        """Take a part in from a stream, whole or not at all. Raises CutShort, and MissingObject where it is over."""

    def parts(self, coming: Coming) -> set[int]:
        """Numbers of the parts that are here whole. Raises MissingObject where nothing, or nothing more, is expected."""

    def join(self, coming: Coming) -> None:
        """Make the object of its parts, in place of any older one. Raises CutShort where a part is missing, MissingObject."""

    def abandon(self, coming: Coming) -> None:
        """Forget the parts; where it is over already, that is fine."""

    def begun(self) -> Iterator[Begun]:
        """Everything in parts that is neither joined nor abandoned."""
