"""One frame of a film as upright sRGB, as small as it is needed. For child processes alone."""

from __future__ import annotations

import functools
from fractions import Fraction

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace
from numpy.typing import NDArray

from engine import hdr
from engine.types import Pixels

# Where a frame does not say which colours its numbers mean, what is this high is television of after 1990.
_HD_PX = 720
_UNSAID = 2
# A pixel is hardly wider than it is high; beyond this somebody plays with the header.
_ASPECT_MAX = Fraction(8)
_ROWS, _COLUMNS = 36, 64


def upright(
    frame: VideoFrame, aspect: Fraction, *, short: int | None = None, long: int | None = None
) -> Pixels:
    """(h, w, 3) uint8 sRGB, the way it is shown: pixels as wide as high, turned as the film says, 8 bits.

    aspect : how wide a pixel is for its height.
    short, long : the shorter, the longer side at most; a smaller frame is not enlarged.
    """
    width, height = _size(frame, aspect, short, long)
    high = frame.color_trc in {hdr.PQ, hdr.HLG}
    pixels = frame.reformat(
        width=width,
        height=height,
        format="rgb48le" if high else "rgb24",
        src_colorspace=_colorspace(frame),
        interpolation="AREA" if height < frame.height else "BICUBIC",
    ).to_ndarray()
    turned = np.rot90(pixels, round(frame.rotation / 90) % 4)
    if high:
        return hdr.to_srgb(turned.astype(np.uint16, copy=False), frame.color_trc)
    return np.ascontiguousarray(turned, np.uint8)


def points(frame: VideoFrame) -> NDArray[np.uint8] | NDArray[np.uint16]:
    """(2304,) numbers of the frame at the same 36 x 64 places, as they lie in its first plane: luminance, as a rule."""
    plane = frame.planes[0]
    deep = frame.format.components[0].bits > 8
    rows = np.frombuffer(memoryview(plane), np.dtype("<u2" if deep else "u1")).reshape(
        plane.height, -1
    )
    return np.asarray(rows[_places(plane.height, plane.width)].reshape(-1))


@functools.lru_cache(maxsize=16)  # a film may change its size, and as often as it likes
def _places(height: int, width: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows and columns, as an index of two dimensions."""
    down = np.linspace(0, height - 1, _ROWS).astype(np.int64)
    return down[:, np.newaxis], np.linspace(0, width - 1, _COLUMNS).astype(np.int64)


def depth(frame: VideoFrame) -> int:
    """Bits of a number that `points` gives."""
    return frame.format.components[0].bits


def _size(
    frame: VideoFrame, aspect: Fraction, short: int | None, long: int | None
) -> tuple[int, int]:
    square = min(max(aspect, 1 / _ASPECT_MAX), _ASPECT_MAX)
    width, height = frame.width * square, Fraction(frame.height)
    scale = min(
        Fraction(1),
        Fraction(short or 2**31) / min(width, height),
        Fraction(long or 2**31) / max(width, height),
    )
    return max(1, round(width * scale)), max(1, round(height * scale))


def _colorspace(frame: VideoFrame) -> int:
    if frame.colorspace != _UNSAID:
        return frame.colorspace
    return int(Colorspace.ITU709 if frame.height >= _HD_PX else Colorspace.ITU601)
