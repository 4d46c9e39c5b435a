"""The usual JPEG, decoded by OpenCV in a third of the time that Pillow takes for small ones.

Usual is what needs nothing but decoding: 8 bits, grey or YCbCr, lying as it was saved, no profile, not cut off. All others
are for `engine.pictures`, which also finds the words for what is wrong with them.
"""

from __future__ import annotations

import struct
from typing import Any

import cv2
import numpy as np

from engine.types import Pixels

_START, _END = b"\xff\xd8", b"\xff\xd9"
_FRAME = struct.Struct("!BHHB")
# Baseline, extended and progressive, with Huffman codes.
_FRAMES = {0xC0, 0xC1, 0xC2}
# JFIF, tables, restarts, comments. What else there may be turns, colours or splits the picture.
_PASSED_OVER = {0xE0, 0xDB, 0xC4, 0xDD, 0xFE}
# Decoding to a half, a quarter or an eighth skips most of the work.
_REDUCED = {
    8: cv2.IMREAD_REDUCED_COLOR_8,
    4: cv2.IMREAD_REDUCED_COLOR_4,
    2: cv2.IMREAD_REDUCED_COLOR_2,
}
cv2.setNumThreads(1)


def size(data: bytes) -> tuple[int, int] | None:
    """Width and height of a usual JPEG, from its header; None for anything else."""
    if data[:2] != _START or data[-2:] != _END:
        return None
    at = 2
    while at + 10 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker in _FRAMES:
            bits, height, width, channels = _FRAME.unpack_from(data, at + 4)
            usual = bits == 8 and channels in {1, 3} and width and height
            return (width, height) if usual else None
        if marker not in _PASSED_OVER:
            return None
        at += 2 + (data[at + 2] << 8 | data[at + 3])
    return None


def decode(data: bytes, shorter: int, least_px: int) -> Pixels | None:
    """Pixels of a usual JPEG, (height, width, 3) in the order blue, green, red; None where it is damaged.

    Made smaller to a half, a quarter or an eighth where its `shorter` side stays at least `least_px`.
    """
    reduced = cv2.IMREAD_COLOR
    if shorter >= 2 * least_px:
        reduced = next(flag for scale, flag in _REDUCED.items() if shorter // scale >= least_px)
    pixels: Any = cv2.imdecode(
        np.frombuffer(data, np.uint8), reduced | cv2.IMREAD_IGNORE_ORIENTATION
    )
    return pixels  # type: ignore[no-any-return]
