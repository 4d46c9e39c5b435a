"""Rows of tiles in PostgreSQL's binary form of COPY [1]_: put together for a whole pack at a time.

.. [1] https://www.postgresql.org/docs/18/sql-copy.html#SQL-COPY-FILE-FORMATS-BINARY
"""

from __future__ import annotations

from collections.abc import Container
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from app.domain.names import shown_name
from app.models import Source
from engine.descriptor import mean_lab
from engine.features import color_sums
from worker.jobs.packing import Packed

Columns = dict[str, NDArray[Any]]

# The types that the columns have in the table; the name, which has any length, comes last.
_UUID, _BYTES_16, _SMALLINT, _INTEGER, _BIGINT = "V16", "V16", ">i2", ">i4", ">i8"
_TYPES = {
    "tile_set_id": _UUID,
    "number": _INTEGER,
    "pack_id": _UUID,
    "offset": _BIGINT,
    "length": _INTEGER,
    "source_id": _UUID,
    "time_ms": _INTEGER,
    "family": _INTEGER,
    "digest": _BYTES_16,
    "phash": _BIGINT,
    "lab_l": _SMALLINT,
    "lab_a": _SMALLINT,
    "lab_b": _SMALLINT,
}
_LISTED = ", ".join(f'"{column}"' for column in _TYPES)
COPY_TILES = f"COPY tiles ({_LISTED}, name) FROM STDIN (FORMAT binary)"
_HEAD, _END = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
_NULL = -1


def rows_of(
    source: Source, pack: Packed, known: Container[bytes], ids: dict[str | None, UUID]
) -> bytes:
    """What COPY_TILES takes: a row for each tile of a pack, but for those that are known.

    ids : of the uploads that tiles first came with, by their names; all others come with `source`.
    """
    columns = _columns(source, pack, ids)
    may_miss = _may_miss(pack)
    missing = np.array([[value is None for value in values] for values in may_miss.values()])
    patterns = (1 << np.arange(len(missing))) @ missing  # a bit for each of them
    new = np.array([digest not in known for digest in pack.digests], bool)
    parts = [_HEAD]
    # Films have both, most others neither: rows in which the same is missing are alike but for the name's length.
    for pattern in np.unique(patterns[new]).tolist():
        picked = np.flatnonzero(new & (patterns == pattern))
        absent = {name for bit, name in enumerate(may_miss) if pattern >> bit & 1}
        some = {name: values[picked] for name, values in columns.items() if name not in absent}
        parts.append(_rows(some, [pack.names[at] for at in picked.tolist()]))
    return b"".join([*parts, _END])


def _may_miss(pack: Packed) -> dict[str, list[int | None]]:
    return {"time_ms": pack.times_ms, "family": pack.families}


def _columns(source: Source, pack: Packed, ids: dict[str | None, UUID]) -> Columns:
    count = len(pack.names)
    colors = np.rint(mean_lab(color_sums(pack.thumbs)) * 10)
    sources = b"".join([ids.get(upload, source.id).bytes for upload in pack.sources])
    filled = {name: [value or 0 for value in values] for name, values in _may_miss(pack).items()}
    return {
        "tile_set_id": np.full(count, np.void(source.tile_set_id.bytes)),
        "number": np.arange(pack.first, pack.first + count),
        "pack_id": np.full(count, np.void(pack.id.bytes)),
        "offset": pack.lengths.cumsum() - pack.lengths,
        "length": pack.lengths,
        "source_id": np.frombuffer(sources, _UUID),
        "digest": np.frombuffer(b"".join(pack.digests), _BYTES_16),
        "phash": pack.phashes,
        "lab_l": colors[:, 0],
        "lab_a": colors[:, 1],
        "lab_b": colors[:, 2],
        **{name: np.array(values, np.int64) for name, values in filled.items()},
    }


def _rows(columns: Columns, names: list[str]) -> bytes:
    """Each row is the number of its fields, then for each field its length and its bytes."""
    letters = [shown_name(name, otherwise="picture").encode() for name in names]
    rows = np.zeros(len(names), _layout(columns))
    rows["fields"] = len(_TYPES) + 1
    for name, kind in _TYPES.items():
        rows[f"{name} length"] = np.dtype(kind).itemsize if name in columns else _NULL
        if name in columns:
            rows[name] = columns[name]
    rows["name length"] = [len(each) for each in letters]
    whole, width = rows.tobytes(), rows.itemsize
    parts = [b""] * (2 * len(names))
    parts[::2] = [whole[at : at + width] for at in range(0, len(whole), width)]
    parts[1::2] = letters
    return b"".join(parts)


def _layout(columns: Columns) -> np.dtype[Any]:
    fields = [("fields", ">i2")]
    for name, kind in _TYPES.items():
        fields += [(f"{name} length", ">i4"), *([(name, kind)] if name in columns else [])]
    return np.dtype([*fields, ("name length", ">i4")])
