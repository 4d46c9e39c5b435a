"""Cut squares from a photograph at several scales, and keep those that differ."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from cli.sample.colors import Floats, lab_of
from cli.sample.spread import spread
from engine.limits import THUMB_PX, TILE_PX
from engine.types import Pixels, Thumbs

# From a detail enlarged twice to nearly the whole of the smaller photographs.
SCALES = (64, 96, 128, 192, 256, 384)
# A window is moved by a quarter of its side: what a crop leaves half outside, the next one has inside.
OVERLAP = 4
# A crop with less detail than this is a coloured square and no picture.
BLANK = 8.0

Windows = NDArray[np.int64]
"""(n, 3): left, top and side in px of the photograph."""


@dataclass(frozen=True)
class Cut:
    """A square of a photograph: `name` tells photograph, scale and number."""

    photo: str
    number: int
    x: int
    y: int
    side: int

    @property
    def name(self) -> str:
        """As in `coffee-s96-0412`."""
        return f"{self.photo}-s{self.side}-{self.number:04d}"

    def tile(self, pixels: Pixels) -> Pixels:
        """The cut as a tile, (128, 128, 3) uint8."""
        window = pixels[self.y : self.y + self.side, self.x : self.x + self.side]
        smaller = self.side > TILE_PX
        how = cv2.INTER_AREA if smaller else cv2.INTER_CUBIC
        return np.asarray(cv2.resize(window, (TILE_PX, TILE_PX), interpolation=how), np.uint8)


def lattice(width: int, height: int) -> Windows:
    """Overlapping windows of all scales that fit, the largest first, row by row."""
    layers = [_layer(width, height, side) for side in sorted(SCALES, reverse=True)]
    return np.concatenate(layers)


def _layer(width: int, height: int, side: int) -> Windows:
    if side > min(width, height):
        return np.empty((0, 3), np.int64)
    x, y = np.meshgrid(_stops(width, side), _stops(height, side))
    return np.stack([x.ravel(), y.ravel(), np.full(x.size, side)], axis=1)


def _stops(length: int, side: int) -> NDArray[np.int64]:
    free = length - side
    return np.linspace(0, free, round(free * OVERLAP / side) + 1).astype(np.int64)


def window_thumbs(pixels: Pixels, windows: Windows) -> Thumbs:
    """(n, 5, 5, 3) uint8 thumbs of the windows of a photograph."""
    return np.rint(_boxes(cv2.integral(pixels, sdepth=cv2.CV_64F), windows)).astype(np.uint8)


def window_detail(pixels: Pixels, windows: Windows) -> Floats:
    """(n,) how much there is to see in each window beside what its thumb shows, in levels of grey (0 to 127)."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    sums, squares = cv2.integral2(grey, sdepth=cv2.CV_64F, sqdepth=cv2.CV_64F)
    variance = _boxes(squares, windows) - _boxes(sums, windows) ** 2
    detail: Floats = np.sqrt(variance.clip(0).mean(axis=(1, 2))).astype(np.float32)
    return detail


def choose_cuts(photo: str, pixels: Pixels, count: int) -> tuple[list[Cut], Thumbs]:
    """Up to `count` windows that differ in colour and structure, beginning with the largest at the middle.

    Each next one is the farthest from those before it, so that the first of them are the most varied.
    """
    height, width = pixels.shape[:2]
    windows = lattice(width, height)
    windows = windows[window_detail(pixels, windows) >= BLANK]
    thumbs = window_thumbs(pixels, windows)
    chosen = spread(lab_of(thumbs).reshape(len(thumbs), -1), count, _middle(windows, width, height))
    cuts = [Cut(photo, number, *windows[row].tolist()) for number, row in enumerate(chosen)]
    return cuts, thumbs[chosen]


def _boxes(integral: cv2.typing.MatLike, windows: Windows) -> NDArray[np.float64]:
    """Means of the 5 x 5 boxes of each window, from an integral image."""
    x, y, side = windows.T
    steps = np.linspace(0, 1, THUMB_PX + 1)
    columns = np.rint(x[:, None] + side[:, None] * steps).astype(np.int64)
    rows = np.rint(y[:, None] + side[:, None] * steps).astype(np.int64)
    corners = integral[rows[:, :, None], columns[:, None, :]]
    areas = np.diff(rows)[:, :, None] * np.diff(columns)[:, None, :]
    sums = np.diff(np.diff(corners, axis=1), axis=2)
    return np.asarray(sums / areas.reshape(areas.shape + (1,) * (sums.ndim - 3)))


def _middle(windows: Windows, width: int, height: int) -> int:
    x, y, side = windows.T
    off = np.abs(2 * x + side - width) + np.abs(2 * y + side - height)
    return int(np.where(side == side.max(), off, off.max() + 1).argmin())
