"""What form fields and addresses hold, read without trusting them."""

from __future__ import annotations

import hashlib
from typing import BinaryIO, cast
from uuid import UUID, uuid4

from flask import request
from werkzeug.datastructures import FileStorage

HASH_CHUNK = 1 << 20


def uuid_in(text: str | None) -> UUID | None:
    """The id, or None for anything else."""
    try:
        return UUID(text or "")
    except ValueError:
        return None


def for_script() -> bool:
    """Whether a script of ours asks: it wants facts, not a page."""
    return request.accept_mimetypes.best == "application/json"


def new_form_key() -> str:
    """Given to each form that is shown, so that a form sent twice is done once."""
    return uuid4().hex


def idempotency_key(*content: object) -> str:
    """One key for one form with one content.

    The same form sent twice gives the same key; gone back to, changed and sent again, another one. A form without
    a key of ours counts as new each time.
    """
    form_key = request.form.get("form_key", "") or uuid4().hex
    parts = "\0".join([form_key, *map(str, content)])
    return hashlib.blake2b(parts.encode("utf-8", "surrogatepass"), digest_size=24).hexdigest()


def chosen_files(field: str) -> list[FileStorage]:
    """The files of a field; browsers send one without a name where none was chosen."""
    return [file for file in request.files.getlist(field) if file.filename]


def stream_of(file: FileStorage) -> BinaryIO:
    """The bytes of an upload."""
    return cast("BinaryIO", file.stream)


def digest(stream: BinaryIO) -> str:
    """What the bytes are, whatever they are called."""
    seen = hashlib.blake2b(digest_size=16)
    stream.seek(0)
    while chunk := stream.read(HASH_CHUNK):
        seen.update(chunk)
    stream.seek(0)
    return seen.hexdigest()


def size_of(stream: BinaryIO) -> int:
    """Bytes in the stream, which is left at its beginning."""
    size = stream.seek(0, 2)
    stream.seek(0)
    return size
