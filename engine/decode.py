"""Untrusted files to pixels. Decoding itself happens in child processes with limits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from engine.decode_child import PHOTO, SIZE
from engine.decoder import Decoder
from engine.errors import TooLarge, Unreadable
from engine.kinds import Body
from engine.limits import FILE_MAX_BYTES
from engine.types import Pixels, Refusal

# Both cores decode. More children would only wait for each other.
CHILDREN = 2
# A batch is large enough that small files cost no turn each, and small enough to be held a few times over.
BATCH_FILES = 256
BATCH_BYTES = 8 * 2**20

Source = tuple[str, Body] | Refusal


def read_photo(path: Path) -> Pixels:
    """Pixels of a photo: upright, sRGB, 8 bits, transparency on white, the first frame of an animation.

    path : a JPEG, PNG, WebP, GIF, HEIC or AVIF file, whatever its name; at most 150 megapixels.
    Returns (height, width, 3) uint8. Raises Unreadable or TooLarge with a sentence.
    """
    if path.stat().st_size > FILE_MAX_BYTES:
        raise TooLarge(too_many_bytes(path.stat().st_size))
    with closing(Decoder()) as decoder:
        answer = decoder.photo(PHOTO, path.read_bytes())
    if isinstance(answer, Unreadable):
        raise answer
    width, height = SIZE.unpack_from(answer)
    return np.frombuffer(answer, np.uint8, offset=SIZE.size).reshape(height, width, 3)


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


def batches(files: Iterable[Source]) -> Iterator[list[Source]]:
    """Files in portions for a child; a file of too many bytes comes as a `Refusal`."""
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
    return Refusal(file[0], too_many_bytes(len(file[1])))


def too_many_bytes(size: int) -> str:
    """What is said of a file that is larger than we take."""
    return (
        f"This file has {size / 2**20:,.0f} MB; {FILE_MAX_BYTES // 2**20} is the most for one picture. "
        "Save it as JPEG, or make it smaller."
    )
