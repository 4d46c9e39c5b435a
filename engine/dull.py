"""Frames of a film that make no good tile: blank ones, credits, and blends of two pictures at a cut."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.types import Pixels

Grey = NDArray[np.uint8]
"""(h, w) luminance."""
Points = NDArray[np.float32]
"""(n,) levels of luminance at the same places of every frame, 0 to 255."""

# How far around a frame its neighbours are asked whether it is a blend of them: half of a short dissolve.
NEIGHBOUR_MS = 400

# Under this nothing but noise is left of a picture; a night scene has lights above it.
_BLACK, _FLAT = 32, 3.5
# Credits: nearly all is one shade, and what is not comes in rows of many short strokes.
_GROUND_SHARE, _GROUND_STEPS, _STROKE_STEPS = 0.8, 12, 48
_STROKES_SHARE, _STROKES_A_ROW, _STROKE_PX = (0.002, 0.2), 5.0, 8.0
_ROWS_SHARE = 0.8
# A blend: its neighbours differ by this much, and a mixture of them explains all but this share of it.
_DIFFERENT, _UNEXPLAINED = 10.0, 0.15


def luminance(pixels: Pixels) -> Grey:
    """(h, w, 3) uint8 to (h, w) uint8."""
    return np.asarray((pixels @ np.array([77, 150, 29], np.uint16) >> 8).astype(np.uint8))


def blank(grey: Grey) -> bool:
    """Black, or of one colour."""
    return bool(np.percentile(grey, 99) < _BLACK or grey.std() < _FLAT)


def even_ground(grey: Grey) -> bool:
    """Nearly all of it one shade, as behind letters; a quick look before a close one."""
    return bool((_away(grey) <= _GROUND_STEPS).mean() >= _GROUND_SHARE)


def credit_roll(grey: Grey) -> bool:
    """Lines of letters on an even ground, at least 200 px high, for letters are small."""
    strokes = _away(grey) > _STROKE_STEPS
    least, most = _STROKES_SHARE
    if not even_ground(grey) or not least < strokes.mean() < most:
        return False
    # A stroke begins where the pixel to the left is none.
    begins = strokes.copy()
    begins[:, 1:] &= ~strokes[:, :-1]
    rows = strokes.any(axis=1)
    # Stars are short strokes, too; but between lines of letters there is nothing.
    return bool(
        rows.mean() <= _ROWS_SHARE
        and begins.sum() / rows.sum() >= _STROKES_A_ROW
        and strokes.sum() / begins.sum() <= _STROKE_PX
    )


def _away(grey: Grey) -> NDArray[np.int16]:
    return np.asarray(np.abs(grey.astype(np.int16) - np.int16(np.median(grey))))


def blend(frame: Points, before: Points, after: Points) -> bool:
    """Whether a frame is a mixture of an earlier and a later one that differ: a dissolve, a fade, or a cut cut badly."""
    way, gone = after - before, frame - before
    if np.abs(way).mean() < _DIFFERENT:
        return False
    share = float(way @ gone / (way @ way))
    rest = np.abs(gone - share * way).mean() / np.abs(way).mean()
    return 0.1 < share < 0.9 and bool(rest < _UNEXPLAINED)
