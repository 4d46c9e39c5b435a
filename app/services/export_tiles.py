"""A set as a zip: its tiles as files, and `tessera-tiles.csv`, which says of each what is known of it.

The zip is made to be read in again, here or elsewhere: `app.domain.manifest` says how.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, select

from app.db import Sessions
from app.domain.manifest import COLUMNS, MANIFEST
from app.domain.stored_zip import StoredZip
from app.domain.timecodes import time_code
from app.models import Pack, Source, Tile
from app.services.tile_bytes import Place, jpegs
from app.storage.base import Storage

# Tiles looked up at a time; no connection is held while a slow reader takes them.
BATCH = 1000


def file_name(number: int) -> str:
    """Of a tile in the zip.

    >>> file_name(41)
    'tiles/0000041.jpg'
    """
    return f"tiles/{number:07}.jpg"


def export_tiles(sessions: Sessions, storage: Storage, tile_set_id: UUID) -> Iterator[bytes]:
    """The zip of a set that the caller has already looked up, piece by piece; memory stays at one batch.

    Tiles that are removed meanwhile may be in it or not. Raises MissingObject, StorageDown.
    """
    with StoredZip() as archive, tempfile.TemporaryFile() as file:
        text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
        manifest = csv.writer(text)
        manifest.writerow(COLUMNS)
        for rows in _batches(sessions, tile_set_id):
            places = [Place(row.number, row.key, row.offset, row.length) for row in rows]
            for row, (_, jpeg) in zip(rows, jpegs(storage, places), strict=True):
                manifest.writerow(_line(row))
                yield archive.member(file_name(row.number), jpeg)
        text.flush()
        yield from archive.stream(MANIFEST, file)
        yield from archive.end()


def _batches(sessions: Sessions, tile_set_id: UUID) -> Iterator[list[Row[Any]]]:
    last = -1
    while True:
        with sessions() as session:
            rows = list(session.execute(_select(tile_set_id, last)))
        if not rows:
            return
        yield rows
        last = rows[-1].number


def _select(tile_set_id: UUID, last: int) -> Select[Any]:
    of_tile = (Tile.number, Tile.offset, Tile.length, Tile.name, Tile.time_ms, Tile.family)
    return (
        select(*of_tile, Tile.digest, Pack.key, Source.name.label("source"))  # type: ignore[return-value] # read by name
        .join(Pack, Pack.id == Tile.pack_id)
        .join(Source, Source.id == Tile.source_id)
        .where(Tile.tile_set_id == tile_set_id, Tile.number > last)
        .order_by(Tile.number)
        .limit(BATCH)
    )


def _line(row: Row[Any]) -> tuple[str, ...]:
    return (
        file_name(row.number),
        row.name,
        row.source,
        time_code(row.time_ms) if row.time_ms is not None else "",
        "" if row.family is None else str(row.family),
        row.digest.hex() if row.digest else "",
    )
