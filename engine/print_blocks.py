"""A plan as JPEG blocks for print: drawn from the top, each block compressed once, memory that of a band of blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from engine.blocks import run_blocks
from engine.errors import Unreadable
from engine.types import Pixels, silent

# Readers decode whole blocks: small enough that a sheet does not decode its neighbours', large enough to be few.
BLOCK_PX = 1024
# Blocks go on under their neighbours at the right and below. Where a reader smooths the edge of a picture, it then smooths
# into the same picture and not into white paper, which would show as hairlines.
UNDER_PX = 8
_BAND_BYTES = 32 * 2**20
QUALITY = [
    cv2.IMWRITE_JPEG_QUALITY,
    92,
    cv2.IMWRITE_JPEG_SAMPLING_FACTOR,
    cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444,
]


@dataclass(frozen=True, slots=True)
class Block:
    """A JPEG and where it lies in the mosaic, in px from the top left."""

    jpeg: bytes
    left: int
    top: int
    width: int
    height: int


def bands(strips: Iterable[Pixels], width: int) -> Iterator[list[Block]]:
    """Strips of a picture, from the top, as bands of blocks side by side.

    strips : (n, width, 3) uint8 each; n is any.
    """
    side = min(BLOCK_PX, max(64, _BAND_BYTES // (3 * width)))
    top = 0
    for rows in _cut(strips, side, width):
        yield _blocks(rows, top)
        top += side


def _cut(strips: Iterable[Pixels], side: int, width: int) -> Iterator[Pixels]:
    """Bands of `side` rows, each with what goes on under the next."""
    held = np.empty((0, width, 3), np.uint8)
    for strip in strips:
        held = np.concatenate([held, strip])
        while len(held) > side + UNDER_PX:
            yield held[: side + UNDER_PX]
            held = held[side:].copy()
    yield held


def _blocks(rows: Pixels, top: int) -> list[Block]:
    lefts = range(0, rows.shape[1], BLOCK_PX)
    done: list[Block | None] = [None] * len(lefts)

    def work(start: int, stop: int) -> None:
        for i in range(start, stop):
            part = rows[:, lefts[i] : lefts[i] + BLOCK_PX + UNDER_PX]
            done[i] = Block(_jpeg(part), lefts[i], top, part.shape[1], part.shape[0])

    run_blocks(work, len(lefts), 1, stage="", progress=silent)
    return [block for block in done if block is not None]


def _jpeg(pixels: Pixels) -> bytes:
    good, jpeg = cv2.imencode(".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), QUALITY)
    if not good:
        raise Unreadable("A part of the mosaic could not be compressed.")
    return jpeg.tobytes()
