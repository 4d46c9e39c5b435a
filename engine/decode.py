"""Untrusted files to pixels and tiles. Decoding itself happens in child processes with limits."""

from __future__ import annotations

import queue
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from engine.decode_child import PHOTO, SALIENT_TILE, SIZE, TILE
from engine.decoder import Decoder
from engine.errors import TooLarge, Unreadable
from engine.fingerprint import digest
from engine.limits import FILE_MAX_BYTES, THUMB_PX, TILE_PX
from engine.tile import unpack
from engine.types import Crop, Pixels, Refusal, TileRead

# Both cores decode. More children would only wait for each other.
CHILDREN = 2
# A batch is large enough that small files cost no turn each, and small enough to be held a few times over.
BATCH_FILES = 256
BATCH_BYTES = 8 * 2**20

_KINDS: dict[Crop, bytes] = {"centre": TILE, "salient": SALIENT_TILE}

Source = tuple[str, bytes] | Refusal


def read_photo(path: Path) -> Pixels:
    """Pixels of a photo: upright, sRGB, 8 bits, transparency on white, the first frame of an animation.

    path : a JPEG, PNG, WebP, GIF, HEIC or AVIF file, whatever its name; at most 150 megapixels.
    Returns (height, width, 3) uint8. Raises Unreadable or TooLarge with a sentence.
    """
    if path.stat().st_size > FILE_MAX_BYTES:
        raise TooLarge(_too_many_bytes(path.stat().st_size))
    with closing(Decoder()) as decoder:
        answer = next(decoder.decode(PHOTO, [path.read_bytes()]))
    if isinstance(answer, Unreadable):
        raise answer
    width, height = SIZE.unpack_from(answer)
    return np.frombuffer(answer, np.uint8, offset=SIZE.size).reshape(height, width, 3)


def read_tiles(
    files: Iterable[Source], *, tile_px: int = TILE_PX, crop: Crop = "centre"
) -> Iterator[TileRead | Refusal]:
    """Read many pictures as tiles, in the order given, on both cores.

    files : (name, bytes), taken a few batches ahead of what was consumed. A `Refusal` among them comes out in its place.
    tile_px : the side of a tile at most; a smaller picture is not enlarged.
    crop : "centre": the largest square in the middle; "salient": the largest one where a face or the subject is.

    Every file gives a `TileRead` or a `Refusal`; no file stops the others.
    """
    with ExitStack() as stack:
        idle: queue.SimpleQueue[Decoder] = queue.SimpleQueue()
        for _ in range(CHILDREN):
            idle.put(stack.enter_context(closing(Decoder())))
        pool = stack.enter_context(ThreadPoolExecutor(CHILDREN))
        pending: deque[Future[list[TileRead | Refusal]]] = deque()
        stack.callback(lambda: [future.cancel() for future in pending])
        for batch in _batches(files):
            pending.append(pool.submit(_read_batch, idle, batch, _KINDS[crop], tile_px))
            if len(pending) > 2 * CHILDREN:
                yield from pending.popleft().result()
        while pending:
            yield from pending.popleft().result()


def jpeg_bytes(pixels: Pixels, *, long_side: int | None = None, quality: int = 90) -> bytes:
    """A JPEG without metadata, made smaller to `long_side` px where it is larger."""
    picture = Image.fromarray(pixels)
    if long_side is not None and max(picture.size) > long_side:
        scale = long_side / max(picture.size)
        size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
        picture = picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    out = BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


def _batches(files: Iterable[Source]) -> Iterator[list[Source]]:
    batch: list[Source] = []
    size = 0
    for file in files:
        batch.append(_check_bytes(file))
        size += 0 if isinstance(file, Refusal) else len(file[1])
        if len(batch) >= BATCH_FILES or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _check_bytes(file: Source) -> Source:
    if isinstance(file, Refusal) or len(file[1]) <= FILE_MAX_BYTES:
        return file
    return Refusal(file[0], _too_many_bytes(len(file[1])))


def _too_many_bytes(size: int) -> str:
    return (
        f"This file has {size / 2**20:,.0f} MB; {FILE_MAX_BYTES // 2**20} is the most for one picture. "
        "Save it as JPEG, or make it smaller."
    )


def _read_batch(
    idle: queue.SimpleQueue[Decoder], batch: list[Source], kind: bytes, tile_px: int
) -> list[TileRead | Refusal]:
    decoder = idle.get()
    try:
        files = [file for file in batch if not isinstance(file, Refusal)]
        answers = decoder.decode(kind, [data for _, data in files], tile_px=tile_px)
        return [
            file if isinstance(file, Refusal) else _tile(*file, next(answers)) for file in batch
        ]
    finally:
        idle.put(decoder)


def _tile(name: str, data: bytes, answer: bytearray | Unreadable) -> TileRead | Refusal:
    if isinstance(answer, Unreadable):
        return Refusal(name, str(answer))
    jpeg, thumb, phash = unpack(answer)
    pixels = np.frombuffer(thumb, np.uint8).reshape(THUMB_PX, THUMB_PX, 3)
    return TileRead(name, jpeg, pixels, digest(data), phash)
