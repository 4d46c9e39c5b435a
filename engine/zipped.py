"""Pictures out of a zip from a stranger: counted before anything is opened, names never used as paths."""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Self, cast

from engine.errors import BadArchive, EngineError
from engine.limits import (
    FILE_MAX_BYTES,
    ZIP_MAX_DIRECTORY_BYTES,
    ZIP_MAX_ENTRIES,
    ZIP_MAX_RATIO,
    ZIP_MAX_TOTAL_BYTES,
)
from engine.types import Refusal

DAMAGED = "This file is damaged inside the zip. Make the zip again, or add the picture by itself."
FULL = (
    f"The zip unpacks to more than {ZIP_MAX_TOTAL_BYTES // 2**30} GB, and this file is past that. "
    "Add the rest as a second zip."
)

# What file managers put into a zip beside the pictures; nobody means to add these.
_QUIET_NAMES = {".ds_store", "thumbs.db", "desktop.ini"}
_READABLE = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_ENCRYPTED = 0x1
_MEMBER_MARK = b"PK\x01\x02"
# Damage shows itself in many ways; NotImplementedError is a version of the format from the future.
_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    ValueError,
)
# Small members compress by any factor; only one that would fill memory matters.
_RATIO_FROM_BYTES = 2**20


class ZipPictures:
    """The members of a zip, one after another; `count` of them. Read to its end, or used in `with`, it closes the zip."""

    def __init__(self, archive: zipfile.ZipFile, handle: BinaryIO | None) -> None:
        self._archive = archive
        self._handle = handle
        self._members = [info for info in archive.infolist() if not _quiet(info)]
        self.count = len(self._members)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[tuple[str, bytes] | Refusal]:
        total = 0
        for info in self._members:
            item = self._read(info, total)
            total += 0 if isinstance(item, Refusal) else len(item[1])
            yield item
        self.close()

    def close(self) -> None:
        """Close the zip, and its file where it was opened here."""
        self._archive.close()
        if self._handle:
            self._handle.close()

    def _read(self, info: zipfile.ZipInfo, total: int) -> tuple[str, bytes] | Refusal:
        name = shown_name(info.filename)
        reason = _objection(info, total)
        if reason:
            return Refusal(name, reason)
        try:
            data = self._archive.read(info)
        except _ZIP_ERRORS:
            return Refusal(name, DAMAGED)
        if data.startswith(b"PK\x03\x04"):
            return Refusal(name, "This is a zip inside the zip. Unpack it and add its pictures.")
        return name, data


def read_zip(file: Path | BinaryIO) -> ZipPictures:
    """The pictures of a zip as (name, bytes), or a `Refusal` for a member that cannot be taken.

    Folders and the files that file managers leave behind are passed over. Names are for showing, never paths.

    Raises BadArchive where it is no zip, or one of more than 250,000 members.
    """
    handle = file.open("rb") if isinstance(file, Path) else None
    try:
        return ZipPictures(_opened(handle or cast("BinaryIO", file)), handle)
    except EngineError:
        if handle:
            handle.close()
        raise


def _opened(file: BinaryIO) -> zipfile.ZipFile:
    counted = _CountedFirst(file)
    try:
        archive = zipfile.ZipFile(cast("BinaryIO", counted))
    except _ZIP_ERRORS:
        raise BadArchive(
            "This is not a zip that can be opened: it is damaged, or not a zip at all. Make it again and add it once more."
        ) from None
    counted.opening = False
    return archive


class _CountedFirst:
    """A file that counts the members in what `zipfile` reads to open it, before an object is made for each."""

    def __init__(self, file: BinaryIO) -> None:
        self.opening = True
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable
        self._file = file

    def read(self, size: int = -1) -> bytes:
        """Read as the file does. Raises BadArchive at a directory that is too long."""
        if not self.opening:
            return self._file.read(size)
        data = b"" if size > ZIP_MAX_DIRECTORY_BYTES else self._file.read(size)
        if size > ZIP_MAX_DIRECTORY_BYTES or data.count(_MEMBER_MARK) > ZIP_MAX_ENTRIES:
            raise BadArchive(
                f"This zip has more than {ZIP_MAX_ENTRIES:,} files. Split it into several and add each."
            )
        return data


def shown_name(name: str) -> str:
    """A member's name as a person may read it: no control characters, the end of a very long one."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)[-200:]


def _quiet(info: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(info.filename)
    return (
        info.is_dir()
        or "__MACOSX" in path.parts
        or path.name.startswith("._")
        or path.name.lower() in _QUIET_NAMES
    )


def _objection(info: zipfile.ZipInfo, total: int) -> str | None:
    """Why a member is not even opened, by what the zip's directory says of it."""
    if _leads_outside(info.filename):
        return "Its name leads outside the zip. Make the zip again from inside the folder."
    if stat.S_IFMT(info.external_attr >> 16) not in {0, stat.S_IFREG}:
        return "This is a link or a device, not a picture. Put the picture itself into the zip."
    if info.flag_bits & _ENCRYPTED:
        return "It is locked with a password. Make the zip again without one."
    if info.compress_type not in _READABLE:
        return "It is packed in a way that we do not read. Make the zip with the usual method (deflate)."
    return _too_large(info, total)


def _leads_outside(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return ".." in path.parts or path.is_absolute() or not path.name or path.parts[0].endswith(":")


def _too_large(info: zipfile.ZipInfo, total: int) -> str | None:
    if info.file_size > FILE_MAX_BYTES:
        return f"It unpacks to more than {FILE_MAX_BYTES // 2**20} MB; that is too much for one picture."
    if info.file_size > max(_RATIO_FROM_BYTES, info.compress_size * ZIP_MAX_RATIO):
        return f"It unpacks to more than {ZIP_MAX_RATIO} times its size, as no picture does. Leave it out."
    return FULL if total + info.file_size > ZIP_MAX_TOTAL_BYTES else None
