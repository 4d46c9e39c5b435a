"""Bodies that are a file, and options that are JSON."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, BinaryIO, cast

from flask import request
from werkzeug.exceptions import UnsupportedMediaType

from app.domain.errors import NotWhole
from app.domain.options import MosaicOptions
from app.web.uploads import IN_MEMORY

BYTES = "application/octet-stream"
PICTURES = ("image/jpeg", "image/png", "image/webp", "image/gif", "image/heic", "image/avif")
FILMS = ("video/mp4", "video/quicktime", "video/x-matroska", "video/webm")
CHUNK = 1 << 20
CUT_SHORT = "The line broke before all of this file had come. Send it once more. Nothing was added."


@contextmanager
def file_sent(types: tuple[str, ...]) -> Iterator[BinaryIO]:
    """The body on our disk, to be read more than once. Raises UnsupportedMediaType, RequestEntityTooLarge, NotWhole."""
    if request.mimetype not in types:
        raise UnsupportedMediaType
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        while chunk := request.stream.read(CHUNK):
            file.write(chunk)
        # Half a film can be read as well, and would be a shorter one.
        if file.tell() < (request.content_length or 0):
            raise NotWhole(CUT_SHORT)
        file.seek(0)
        yield cast("BinaryIO", file)


def options_in(sent: Mapping[str, Any], instead_of: MosaicOptions | None = None) -> MosaicOptions:
    """Read by the rules of the form, with its sentences. Of an `instead_of`, what was not sent stays. Raises BadInput."""
    texts = {name: text_of(value) for name, value in sent.items()}
    return MosaicOptions.parse(**(instead_of.written() if instead_of else {}) | texts)


def text_of(value: Any) -> str:
    """A value as a form would send it.

    >>> [text_of(value) for value in (None, True, 20.0, 0.05, "classic")]
    ['', 'yes', '20', '0.05', 'classic']
    >>> text_of([7, 9]), text_of([{"column": 3, "row": 1, "tile": 7}])
    ('7,9', '3.1.7')
    """
    if isinstance(value, list):
        return ",".join(text_of(one) for one in value)
    if isinstance(value, dict):  # a pin
        return ".".join(text_of(value[name]) for name in ("column", "row", "tile"))
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
