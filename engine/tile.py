"""A square of pixels made a tile, and the bytes in which a child hands it over. Pillow alone: a child starts with it."""

from __future__ import annotations

import struct
from collections.abc import Callable
from io import BytesIO
from typing import NamedTuple

from PIL import Image

from engine.fingerprint import phash
from engine.limits import THUMB_PX

Box = tuple[int, int, int, int]
"""(left, top, right, bottom) in pixels, as Pillow has it."""
Place = Callable[[Image.Image], Box]
"""Chooses the square of an upright picture that becomes a tile."""

_HEAD = struct.Struct(f"!{THUMB_PX * THUMB_PX * 3}sQ")


class Cut(NamedTuple):
    """jpeg : the tile without any metadata; thumb : 75 bytes of RGB, row by row; phash : see `engine.fingerprint`."""

    jpeg: bytes
    thumb: bytes
    phash: int


def cut(square: Image.Image) -> Cut:
    """The tile of RGB pixels in sRGB: square, upright, and of the size that it keeps."""
    thumb = square.resize((THUMB_PX, THUMB_PX), Image.Resampling.BOX).tobytes()
    return Cut(encode(square), thumb, phash(square))


def encode(picture: Image.Image, quality: int = 90) -> bytes:
    """JPEG bytes of RGB pixels, without any metadata."""
    out = BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


def pack(tile: Cut) -> bytes:
    """Thumb, perceptual hash and JPEG, end to end."""
    return _HEAD.pack(tile.thumb, tile.phash) + tile.jpeg


def unpack(payload: bytes | bytearray) -> Cut:
    """What was packed."""
    thumb, bits = _HEAD.unpack_from(payload)
    return Cut(bytes(memoryview(payload)[_HEAD.size :]), thumb, bits)
