"""The usual JPEG, decoded in a third of the time that Pillow takes for small ones.

Usual is what needs nothing but decoding and a turn: 8 bits, grey or YCbCr, no profile, not cut off. All others are for
`engine.pictures`, which also finds the words for what is wrong with them.
"""

from __future__ import annotations

import struct
from typing import Any, NamedTuple

import cv2
import numpy as np
import simplejpeg
from PIL import Image

from engine.types import Pixels

_START, _END = b"\xff\xd8", b"\xff\xd9"
_FRAME = struct.Struct("!BHHB")
# Baseline, extended and progressive, with Huffman codes.
_FRAMES = {0xC0, 0xC1, 0xC2}
# JFIF, tables, restarts, comments. What else there may be colours or splits the picture.
_PASSED_OVER = {0xE0, 0xDB, 0xC4, 0xDD, 0xFE}
_APP1, _EXIF, _ORIENTATION = 0xE1, b"Exif\x00\x00", 0x0112
# Decoding to a half, a quarter or an eighth skips most of the work.
_REDUCED = {
    8: cv2.IMREAD_REDUCED_COLOR_8,
    4: cv2.IMREAD_REDUCED_COLOR_4,
    2: cv2.IMREAD_REDUCED_COLOR_2,
}
# Linear interpolation looks at two pixels in a row: what it makes smaller by more has passed some over. Averages behind it
# forgive more.
_LINEAR_ALONE, _LINEAR_MOST = 1.25, 1.5
cv2.setNumThreads(1)


class Usual(NamedTuple):
    """What the header of a usual JPEG says: its size as it was saved, and how it has to be turned, as EXIF counts that."""

    width: int
    height: int
    orientation: int = 1

    @property
    def shorter(self) -> int:
        """The side of the largest square in it."""
        return min(self.width, self.height)


def header(data: bytes) -> Usual | None:
    """Of a usual JPEG; None for anything else."""
    if data[:2] != _START or data[-2:] != _END:
        return None
    at, said = 2, None
    while at + 10 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker in _FRAMES:
            bits, height, width, channels = _FRAME.unpack_from(data, at + 4)
            usual = bits == 8 and channels in {1, 3} and width and height
            return Usual(width, height, said or 1) if usual else None
        end = at + 2 + (data[at + 2] << 8 | data[at + 3])
        if marker == _APP1 and said is None:
            said = _orientation(data[at + 4 : end])
        elif marker not in _PASSED_OVER:
            return None
        if said == 0:
            return None
        at = end
    return None


def _orientation(block: bytes) -> int:
    """1 to 8; 0 where it is not EXIF that says so, or damaged."""
    if not block.startswith(_EXIF):
        return 0
    tags = Image.Exif()
    try:
        tags.load(block)
        found = int(tags.get(_ORIENTATION, 1))
    except Exception:  # noqa: BLE001  # damaged in any way: the careful reader decides what it means
        return 0
    return found if 1 <= found <= 8 else 0


def decode(data: bytes, shorter: int, least_px: int) -> Pixels | None:
    """Pixels of a usual JPEG as it was saved, (height, width, 3) in the order blue, green, red; None where it is damaged.

    Made smaller to a half, a quarter or an eighth where its `shorter` side stays at least `least_px`.
    """
    if shorter < 2 * least_px:
        return _whole(data, keeps_size=shorter <= least_px)
    reduced = next(flag for scale, flag in _REDUCED.items() if shorter // scale >= least_px)
    return _reduced(data, reduced)


def exactly(data: bytes, *, keeps_size: bool = True) -> Pixels | None:
    """Its pixels in its own size; None where libjpeg finds anything wrong with it, however little."""
    # Where pixels stay what they are, each pair of them gets the colour that it has in the file. Smoothing it would only
    # blur what is put back into pairs when the tile is saved, and takes longer.
    try:
        pixels: Pixels = simplejpeg.decode_jpeg(data, "BGR", fastupsample=keeps_size)
    except ValueError:
        return None
    return pixels


def _whole(data: bytes, *, keeps_size: bool) -> Pixels | None:
    pixels = exactly(data, keeps_size=keeps_size)
    return _reduced(data, cv2.IMREAD_COLOR) if pixels is None else pixels  # OpenCV forgives more


def _reduced(data: bytes, how: int) -> Pixels | None:
    pixels: Any = cv2.imdecode(np.frombuffer(data, np.uint8), how | cv2.IMREAD_IGNORE_ORIENTATION)
    return pixels  # type: ignore[no-any-return]


def smaller(square: Pixels, side: int) -> Pixels:
    """A square made smaller: a little by linear interpolation, then by halves.

    As near to Lanczos' filter as Pillow's Hamming is, within 2 dB, in a fifth of its time: averages of two by two pixels
    are quick.
    """
    between = side if len(square) <= side * _LINEAR_ALONE else 2 * side
    while between * _LINEAR_MOST < len(square):
        between *= 2
    made: Any = cv2.resize(square, (between, between), interpolation=cv2.INTER_LINEAR)
    while between > side:
        between //= 2
        made = cv2.resize(made, (between, between), interpolation=cv2.INTER_AREA)
    return made  # type: ignore[no-any-return]


def upright(square: Pixels, orientation: int) -> Pixels:
    """A square turned as EXIF says [1]_.

    .. [1] CIPA DC-008 (2019): Exif 2.32, tag 274.
    """
    turned: Any = square
    if orientation >= 5:
        turned = cv2.transpose(turned)
    if orientation in {3, 4, 7, 8}:
        turned = cv2.flip(turned, 0)
    if orientation in {2, 3, 6, 7}:
        turned = cv2.flip(turned, 1)
    return np.ascontiguousarray(turned)
