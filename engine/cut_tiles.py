"""Many pictures to tiles at once, in the decoding child: decoded one by one, described together."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
import simplejpeg
from numpy.typing import NDArray
from PIL import Image

from engine import kept_jpeg, pictures, plain_jpeg
from engine.errors import Unreadable
from engine.limits import THUMB_PX, TILE_MAX_PIXELS
from engine.tile import Place
from engine.tile_batch import Answer
from engine.types import Pixels, Thumbs

QUALITY = 90
# A perceptual hash compares neighbours among 9 x 8 fields: 64 bits.
FIELDS_ACROSS, FIELDS_DOWN = 9, 8
# Pillow's weights for grey, in the order blue, green, red.
_GREY = np.array([114, 587, 299]) / 1000

Sums = NDArray[np.int32]


def cut_tiles(files: Sequence[bytes], tile_px: int, place: Place | None = None) -> Answer:
    """The answer to a batch of files: a square of each, at most `tile_px` wide, or why not.

    place : chooses the square on the upright picture; None: the largest one in the middle.
    """
    bodies: list[bytes] = []
    taken = np.zeros(len(files), bool)
    tables: list[Sums] = []
    sides: list[int] = []
    for at, data in enumerate(files):
        try:
            square, kept = _square(data, tile_px, place)
            body = kept or simplejpeg.encode_jpeg(square, QUALITY, "BGR", "420")
            table = _corners(square)
        except Unreadable as error:
            body = str(error).encode()
        except MemoryError:
            body = pictures.HUNGRY.encode()
        except Exception:  # noqa: BLE001  # decoders raise anything on damaged input, and all of it means the same
            body = pictures.DAMAGED.encode()
        else:
            taken[at] = True
            tables.append(table)
            sides.append(len(square))
        bodies.append(body)
    lengths = np.array([len(body) for body in bodies], np.int64)
    thumbs, phashes = _described(tables, sides)
    return Answer(taken, lengths, thumbs, phashes, b"".join(bodies))


def _square(data: bytes, tile_px: int, place: Place | None) -> tuple[Pixels, bytes | None]:
    """(side, side, 3), blue first; and the tile, where it need not be coded anew. Raises Unreadable."""
    usual = None if place else plain_jpeg.header(data)
    if usual is None or usual.shorter < THUMB_PX or usual.width * usual.height > TILE_MAX_PIXELS:
        return _blue_first(pictures.square(data, tile_px, place)), None
    if usual.width == usual.height <= tile_px and usual.orientation == 1:
        pixels = plain_jpeg.exactly(data)
        if pixels is not None:
            return pixels, kept_jpeg.kept(data, usual.width * usual.height)
    pixels = plain_jpeg.decode(data, usual.shorter, tile_px)
    if pixels is None:
        raise Unreadable(pictures.DAMAGED)
    height, width, _ = pixels.shape
    side = min(width, height)
    left, top = (width - side) // 2, (height - side) // 2
    square: Pixels = pixels[top : top + side, left : left + side]
    if side > tile_px:
        square = plain_jpeg.smaller(square, tile_px)
    return plain_jpeg.upright(square, usual.orientation), None


def _blue_first(picture: Image.Image) -> Pixels:
    pixels: Pixels = np.asarray(picture)[:, :, ::-1]
    return np.ascontiguousarray(pixels)


@functools.lru_cache(maxsize=1024)
def _grid(side: int) -> NDArray[np.intp]:
    """Where in the summed area table of a square the fields of thumb and hash meet, in whole pixels."""
    thumb, down, across = (
        np.linspace(0, side, n + 1).round().astype(np.intp)
        for n in (THUMB_PX, FIELDS_DOWN, FIELDS_ACROSS)
    )
    rows, columns = np.concatenate([thumb, down]), np.concatenate([thumb, across])
    grid: NDArray[np.intp] = rows[:, np.newaxis] * (side + 1) + columns
    return grid


def _corners(square: Pixels) -> Sums:
    """The summed area table [1]_ of a square at the corners of all fields.

    .. [1] Crow (1984): Summed-area tables for texture mapping. :DOI:`10.1145/800031.808600`
    """
    table: Any = cv2.integral(square)
    corners: Sums = table.reshape(-1, 3).take(_grid(len(square)), axis=0)
    return corners


def _described(tables: list[Sums], sides: list[int]) -> tuple[Thumbs, NDArray[np.int64]]:
    """Thumbs and perceptual hashes of all squares."""
    if not tables:
        return np.empty((0, THUMB_PX, THUMB_PX, 3), np.uint8), np.empty(0, np.int64)
    table, side = np.stack(tables), np.array(sides)
    split = THUMB_PX + 1
    thumbs = _means(table[:, :split, :split], side, THUMB_PX, THUMB_PX)[..., ::-1]
    fields = _means(table[:, split:, split:], side, FIELDS_DOWN, FIELDS_ACROSS) @ _GREY
    lighter = fields[:, :, :-1] > fields[:, :, 1:]
    bits = np.packbits(lighter.reshape(len(table), 64), axis=1)
    return (thumbs + 0.5).astype(np.uint8), bits.view(">i8").reshape(-1).astype(np.int64)


def _means(table: Sums, side: NDArray[np.int64], down: int, across: int) -> NDArray[np.float64]:
    sums = np.diff(np.diff(table, axis=1), axis=2)
    heights, widths = (
        np.diff(np.rint(side[:, np.newaxis] * (np.arange(n + 1) / n)), axis=1)
        for n in (down, across)
    )
    areas = heights[:, :, np.newaxis] * widths[:, np.newaxis]
    means: NDArray[np.float64] = sums / np.maximum(areas, 1)[..., np.newaxis]
    return means
