"""Objects from storage as answers: whole or in part, with a name to save them under, never twice for nothing."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from flask import Response, request
from werkzeug.datastructures import IfRange, Range
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from app.storage.base import Storage
from app.web.words import short_hash

CHUNK = 1 << 20
# What an address shows may be replaced or deleted: the browser keeps it, and asks each time.
ASK_FIRST = "private, no-cache"
# What an address shows never changes.
FOR_GOOD = "private, max-age=31536000, immutable"
NOT_IN_NAMES = '/\\:*?"<>|'


@dataclass(frozen=True)
class Span:
    """Bytes `start` to `stop`, not including `stop`."""

    start: int
    stop: int


def send_object(
    storage: Storage,
    key: str,
    content_type: str,
    *,
    save_as: str | None = None,
    cache: str = ASK_FIRST,
) -> Response:
    """Stream an object. Raises MissingObject before anything is sent; understands Range, If-Range, If-None-Match."""
    etag = short_hash(key)
    if request.if_none_match.contains(etag):
        return _dressed(Response(status=304), etag, cache)
    size = storage.head(key).size
    span = wanted_span(request.range, request.if_range, etag, size)
    if span is None:
        response = Response(_whole(storage, key), mimetype=content_type)
        response.content_length = size
    else:
        response = Response(_part(storage, key, span), 206, mimetype=content_type)
        response.content_length = span.stop - span.start
        response.headers["Content-Range"] = f"bytes {span.start}-{span.stop - 1}/{size}"
    response.headers["Accept-Ranges"] = "bytes"
    if save_as:
        response.headers["Content-Disposition"] = attachment(save_as)
    return _dressed(response, etag, cache)


def wanted_span(wanted: Range | None, if_range: IfRange, etag: str, size: int) -> Span | None:
    """The one part that was asked for; None where the whole is the right answer.

    Several parts at once, other units, or a part of another version get the whole, as RFC 9110 allows.
    Raises RequestedRangeNotSatisfiable where the part begins behind the end.
    """
    if wanted is None or wanted.units != "bytes" or len(wanted.ranges) != 1:
        return None
    if (if_range.etag is not None or if_range.date is not None) and if_range.etag != etag:
        return None
    found = wanted.range_for_length(size)
    if found is None:
        raise RequestedRangeNotSatisfiable(size)
    return Span(*found)


def attachment(name: str) -> str:
    """A Content-Disposition (RFC 6266) that every browser reads: plain letters first, then the name as it is."""
    clean = "".join("-" if c in NOT_IN_NAMES or c.isspace() else c for c in name)
    plain = unicodedata.normalize("NFKD", clean).encode("ascii", "ignore").decode()
    if plain == clean:
        return f'attachment; filename="{clean}"'
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(clean, safe='')}"


def _whole(storage: Storage, key: str) -> Iterator[bytes]:
    with storage.open(key) as body:
        while chunk := body.read(CHUNK):
            yield chunk


def _part(storage: Storage, key: str, span: Span) -> Iterator[bytes]:
    at = span.start
    while at < span.stop:
        chunk = storage.range(key, at, min(CHUNK, span.stop - at))
        if not chunk:
            return
        yield chunk
        at += len(chunk)


def _dressed(response: Response, etag: str, cache: str) -> Response:
    response.set_etag(etag)
    response.headers["Cache-Control"] = cache
    return response
