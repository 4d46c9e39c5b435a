"""A set of any size made directly: packs and rows as reading makes them, then surveyed by the worker's own code."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple
from uuid import UUID, uuid4

import cv2
import numpy as np
import skimage.data
from numpy.typing import NDArray
from sqlalchemy import select

from app.db import Sessions
from app.domain.limits import SYSTEM_OWNER
from app.domain.states import Queue
from app.models import Job, Pack, Source, TileSet
from app.services.ask_to_look import ask_to_look
from app.services.owners import ensure_owner
from app.storage.base import Storage
from engine.color import lab
from engine.limits import THUMB_PX
from engine.types import Thumb
from worker.context import Context
from worker.runner import run_next
from worker.tile_cache import TileCache

PACK_TILES = 8192
TILE_PX = 128
THREADS = 2
PHOTOS = ("astronaut", "coffee", "chelsea", "rocket", "hubble_deep_field", "immunohistochemistry")
COPY = (
    'COPY tiles (tile_set_id, number, pack_id, "offset", length, source_id, name, lab_l, lab_a, lab_b)'
    " FROM STDIN"
)


class Cut(NamedTuple):
    """jpeg : a tile; thumb : (5, 5, 3) uint8; color : its mean in CIELAB."""

    jpeg: bytes
    thumb: Thumb
    color: NDArray[np.float32]


class Silent:
    """A doorbell that nobody hears."""

    def ring(self, queue: Queue) -> None:
        """Nothing listens."""


def make_set(sessions: Sessions, storage: Storage, tiles: int) -> UUID:
    """A shared set of distinct tiles cut from photographs. Returns its id."""
    with sessions.begin() as session:
        ensure_owner(session, SYSTEM_OWNER)
        tile_set = TileSet(
            id=uuid4(),
            owner_id=SYSTEM_OWNER,
            name=f"{tiles:,} cuts",
            tile_count=tiles,
            next_number=tiles,
            generation=1,
            shared=True,
        )
        session.add(tile_set)
        session.flush()
        source = Source(
            id=uuid4(),
            owner_id=SYSTEM_OWNER,
            tile_set_id=tile_set.id,
            name="cuts.zip",
            bytes=1,
            taken=tiles,
        )
        session.add(source)
    with ThreadPoolExecutor(THREADS) as pool:
        for first in range(0, tiles, PACK_TILES):
            numbers = range(first, min(first + PACK_TILES, tiles))
            _write_pack(sessions, storage, source, numbers, pool.map(_cut, numbers, chunksize=256))
    return tile_set.id


def survey(sessions: Sessions, storage: Storage, cache: Path) -> None:
    """Draw the sheets and count the colours, in this process."""
    context = Context(
        sessions=sessions,
        storage=storage,
        doorbell=Silent(),
        cache=TileCache(cache, storage, 10**9),
        stopping=threading.Event(),
    )
    with sessions.begin() as session:
        ask_to_look(session)
    while run_next(context, Queue.LIBRARIES):
        pass
    with sessions() as session:
        states = set(session.scalars(select(Job.state)))
    if states != {"succeeded"}:
        raise RuntimeError(f"the survey ended as {states}")


def _write_pack(
    sessions: Sessions, storage: Storage, source: Source, numbers: range, cuts: Iterator[Cut]
) -> None:
    body, places, thumbs = io.BytesIO(), [], io.BytesIO()
    made = list(cuts)
    for jpeg, _, color in made:
        places.append((body.tell(), len(jpeg), *(round(10 * float(part)) for part in color)))
        body.write(jpeg)
    np.save(thumbs, np.stack([cut.thumb for cut in made]))
    pack = Pack(
        id=uuid4(),
        tile_set_id=source.tile_set_id,
        key=f"o/{SYSTEM_OWNER}/tile-sets/{source.tile_set_id}/{numbers[0]:07}.jpegs",
        thumbs_key=f"o/{SYSTEM_OWNER}/tile-sets/{source.tile_set_id}/{numbers[0]:07}.npy",
        first_tile=numbers[0],
        tiles=len(numbers),
        bytes=body.tell(),
    )
    storage.put(pack.key, body.getvalue())
    storage.put(pack.thumbs_key, thumbs.getvalue())
    with sessions.begin() as session:
        session.add(pack)
        session.flush()
        with session.connection().connection.cursor().copy(COPY) as copy:
            for number, (offset, length, *color) in zip(numbers, places, strict=True):
                where = (source.tile_set_id, number, pack.id, offset, length, source.id)
                copy.write_row((*where, f"cut-{number:06}.jpg", *color))


_pictures = [np.ascontiguousarray(getattr(skimage.data, name)()[..., :3]) for name in PHOTOS]


def _cut(number: int) -> Cut:
    """The same for the same number."""
    rng = np.random.default_rng(number)
    picture = _pictures[number % len(_pictures)]
    side = int(rng.integers(24, min(picture.shape[:2]) // 2))
    top, left = (int(rng.integers(0, length - side)) for length in picture.shape[:2])
    piece = picture[top : top + side, left : left + side]
    tile = cv2.resize(piece, (TILE_PX, TILE_PX), interpolation=cv2.INTER_AREA)
    mean = tile.mean((0, 1), dtype=np.float32)[np.newaxis]
    ok, jpeg = cv2.imencode(".jpg", tile[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 88])
    if not ok:
        raise RuntimeError("OpenCV could not write a JPEG")
    thumb = cv2.resize(tile, (THUMB_PX, THUMB_PX), interpolation=cv2.INTER_AREA)
    return Cut(jpeg.tobytes(), thumb.astype(np.uint8), lab(mean)[0])
