"""The table in a zip of a set that was taken away: what is known of each tile and its JPEG no longer tells.

Its columns; what is not known is empty:

file    the member's name in the zip
name    of the file that the tile was cut from
source  the upload that it came with
time    in the film, as `app.domain.timecodes` writes it
family  the same number for frames that hardly differ
hash    the tile's `digest`: SHA-256 of the file that it was cut from, its first 16 bytes in hexadecimal digits. Not of the JPEG in the
        zip: a tile that is read in again and keeps it is known as one that is there already.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from app.domain.errors import BadInput
from app.domain.timecodes import time_ms_in

MANIFEST = "tessera-tiles.csv"
COLUMNS = ("file", "name", "source", "time", "family", "hash")
DIGEST_BYTES = 16
# What a column of the database holds.
_INTEGER_MAX = 2**31 - 1


@dataclass(frozen=True)
class Line:
    """What is said of a tile; None: nothing, or nothing that makes sense."""

    name: str | None
    source: str | None
    time_ms: int | None
    family: int | None
    digest: bytes | None


def lines_in(table: bytes) -> dict[str, Line]:
    """The lines of a table from anybody by their files: none where it is no such table, those before where it is damaged."""
    rows = csv.DictReader(io.StringIO(table.decode("utf-8", "replace"), newline=""))
    found: dict[str, Line] = {}
    try:
        for row in rows:
            texts = {name: row.get(name) or "" for name in COLUMNS}
            if texts["file"]:
                found.setdefault(texts["file"], _line(texts))
    except csv.Error:
        pass
    return found


def _line(texts: dict[str, str]) -> Line:
    return Line(
        texts["name"] or None,
        texts["source"] or None,
        _time_ms(texts["time"]),
        _integer(texts["family"]),
        _digest(texts["hash"]),
    )


def _time_ms(text: str) -> int | None:
    try:
        found = time_ms_in(text, field="time")
    except BadInput:
        return None
    return found if found is None or found <= _INTEGER_MAX else None


def _integer(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _digest(text: str) -> bytes | None:
    try:
        found = bytes.fromhex(text)
    except ValueError:
        return None
    return found if len(found) == DIGEST_BYTES else None
