"""Rows put together for a whole pack, beside rows put together one by one."""

import struct
from types import SimpleNamespace
from uuid import uuid4

import numpy as np
import pytest

from engine.descriptor import mean_lab
from engine.features import color_sums
from worker.jobs.packing import Packed
from worker.jobs.tile_rows import COPY_TILES, rows_of

RNG = np.random.default_rng(0)
SOURCE = SimpleNamespace(id=uuid4(), tile_set_id=uuid4())
LAKE = uuid4()
NAMES = ["1.jpg", "a/Größe.jpg", "写真.jpg", "two\nlines\t.jpg", "\\.jpg", ""]


def pack(times=None, families=None):
    count = len(NAMES)
    return Packed(
        *(uuid4(), "key", "thumbs", 1, 1000, NAMES),
        [RNG.bytes(16) for _ in NAMES],
        RNG.integers(1, 5000, count),
        RNG.integers(-(2**63), 2**63, count),
        RNG.integers(0, 256, (count, 5, 5, 3), np.uint8),
        times or [None] * count,
        families or [None] * count,
        ["lake", None, None, "unheard of", None, "lake"],
        None,
    )


def read_back(data):
    """Name by name what PostgreSQL reads: one dictionary of bytes or None for each row."""
    columns = [name.strip(' "') for name in COPY_TILES[12 : COPY_TILES.index(")")].split(",")]
    assert data.startswith(b"PGCOPY\n\xff\r\n\0" + bytes(8))
    at, rows = 19, []
    while (fields := struct.unpack_from("!h", data, at)[0]) >= 0:
        assert fields == len(columns)
        at += 2
        row = {}
        for column in columns:
            [length] = struct.unpack_from("!i", data, at)
            at += 4
            row[column] = None if length < 0 else data[at : at + length]
            at += max(length, 0)
        rows.append(row)
    assert len(data) == at + 2
    return rows


def one_by_one(packed, known):
    colors = np.rint(mean_lab(color_sums(packed.thumbs)) * 10).astype(int)
    offset = 0
    for i, length in enumerate(packed.lengths.tolist()):
        if packed.digests[i] not in known:
            time, family = packed.times_ms[i], packed.families[i]
            yield {
                "tile_set_id": SOURCE.tile_set_id.bytes,
                "number": struct.pack("!i", 1000 + i),
                "pack_id": packed.id.bytes,
                "offset": struct.pack("!q", offset),
                "length": struct.pack("!i", length),
                "source_id": (LAKE if packed.sources[i] == "lake" else SOURCE.id).bytes,
                "time_ms": None if time is None else struct.pack("!i", time),
                "family": None if family is None else struct.pack("!i", family),
                "digest": packed.digests[i],
                "phash": struct.pack("!q", packed.phashes[i]),
                "lab_l": struct.pack("!h", colors[i, 0]),
                "lab_a": struct.pack("!h", colors[i, 1]),
                "lab_b": struct.pack("!h", colors[i, 2]),
                "name": ["1.jpg", "Größe.jpg", "写真.jpg", "two lines .jpg", ".jpg", "picture"][
                    i
                ].encode(),
            }
        offset += length


@pytest.mark.parametrize("times", [None, [0, 5, 2**31 - 1, 7, 8, 9], [None, 0, None, 3, 4, None]])
@pytest.mark.parametrize("families", [None, [None, None, 1, 1, None, 2]])
@pytest.mark.parametrize("left_out", [[], [0, 3], [1, 2, 3, 4, 5]])
def test_a_row_says_of_its_tile_what_there_is_to_say(times, families, left_out):
    packed = pack(times, families)
    known = {packed.digests[i] for i in left_out}
    rows = read_back(rows_of(SOURCE, packed, known, {"lake": LAKE}))
    rows.sort(key=lambda row: row["number"])
    assert rows == list(one_by_one(packed, known))
