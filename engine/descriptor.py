"""The perceptual descriptor: thumbs as points in 16 dimensions that lie near each other where the thumbs look alike.

The squared distance of two whole descriptors (348 numbers) is about 1 - SSIM and two terms of colour more; a basis of
principal components keeps the 16 directions in which a library differs most.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from engine.blocks import run_blocks
from engine.color import Lab, lab
from engine.features import color_sums, flat
from engine.kernel import kernel
from engine.ssim import C1, C2
from engine.types import Thumbs, silent

Points = NDArray[np.float32]

DIMS = 16
_WINDOWS = 27
LENGTH = _WINDOWS * 9 + _WINDOWS + 75 + 3
# The basis of a library is that of this many of its tiles; more do not change it.
SAMPLE = 20_000

# What a squared difference in CIELAB and a mean squared difference of pixels count beside 1 - SSIM.
_COLOR, _SQUARES = 0.0015, 0.0003
# CIEDE2000 is about 0.7 of the distance in CIELAB for the colours of photographs.
_LAB_TO_DE = 0.7
# So few at a time that their whole descriptors, 1.4 MB, stay near the core.
_ROWS = 1_024


@dataclass(frozen=True, slots=True)
class Basis:
    """A point of 348 numbers and 16 directions, (17, 348) float32: the middle of a library and its main components."""

    rows: Points

    @classmethod
    def fit(cls, thumbs: Thumbs) -> Basis:
        """The principal components of at most 20,000 of these thumbs; always the same ones."""
        picked = np.random.default_rng(0).permutation(len(thumbs))[:SAMPLE]
        values = describe(thumbs[np.sort(picked)])
        middle = values.mean(axis=0)
        _subtract(values, middle)
        # Threads that wait for each other over so small a matrix take twenty times as long as one alone.
        with threadpool_limits(1, user_api="blas"):
            _, directions = np.linalg.eigh((values.T @ values).astype(np.float64))
        main = directions[:, : -DIMS - 1 : -1].T
        return cls(np.concatenate([middle[np.newaxis], main]).astype(np.float32))

    def points(self, thumbs: Thumbs) -> Points:
        """The compressed descriptors: (n, 5, 5, 3) uint8 to (n, 16) float32."""
        out = np.empty((len(thumbs), DIMS), np.float32)
        middle, main = self.rows[0], np.ascontiguousarray(self.rows[1:].T)

        def work(start: int, stop: int) -> None:
            values = describe(thumbs[start:stop])
            _subtract(values, middle)
            np.matmul(values, main, out=out[start:stop])

        with threadpool_limits(1, user_api="blas"):  # our own threads share the work out
            run_blocks(work, len(thumbs), _ROWS, stage="Describing tiles", progress=silent)
        return out


def mean_lab(sums: NDArray[np.uint16]) -> Lab:
    """CIELAB of mean colours: (n, 3) sums of 25 values of sRGB to (n, 3) float32."""
    return lab(((sums + np.uint16(12)) // np.uint16(25)).astype(np.uint8))


def describe(thumbs: Thumbs) -> Points:
    """The whole descriptor, (n, 5, 5, 3) uint8 to (n, 348) float32.

    For each of 27 windows of 3 x 3 px its nine values, less their mean, over sqrt(2 variance + C2): structure as SSIM
    sees it. For each its mean on a scale where distance is SSIM's luminance term. All 75 values, and the mean in CIELAB.
    """
    out = np.empty((len(thumbs), LENGTH), np.float32)
    _describe(flat(thumbs), mean_lab(color_sums(thumbs)), _luminances(), out)
    return out


@cache
def _luminances() -> Points:
    """Of each sum of nine 8-bit values what describes their mean, (2296,) float32."""
    out = np.empty(9 * 255 + 1, np.float32)
    _fill_luminances(out)
    return out


@kernel(fastmath=True, error_model="numpy")
def _fill_luminances(out: Points) -> None:
    for total in range(len(out)):
        x = np.float32(total) / np.float32(9) * np.sqrt(np.float32(2) / C1)
        asinh = np.log(x + np.sqrt(x * x + np.float32(1)))
        out[total] = asinh * np.float32(1 / np.sqrt(54.0))


@kernel(fastmath=True, error_model="numpy")
def _describe(thumbs: NDArray[np.uint8], colors: Lab, luminances: Points, out: Points) -> None:
    squares = np.float32(np.sqrt(_SQUARES / 75))
    color = np.float32(np.sqrt(_COLOR) * _LAB_TO_DE)
    thumb = np.empty(75, np.float32)
    # All windows lie side by side, so that loops over them are vector registers: more than twice as fast.
    values = np.empty((9, _WINDOWS), np.float32)
    about = np.empty((3, _WINDOWS), np.float32)
    for i in range(len(thumbs)):
        for j in range(75):
            thumb[j] = thumbs[i, j]
        _lay(thumb, values)
        _measure(values, about)
        _write(values, about, luminances, out[i])
        for j in range(75):
            out[i, 270 + j] = thumb[j] * squares
        for j in range(3):
            out[i, 345 + j] = colors[i, j] * color


@kernel(fastmath=True, inline="always")
def _lay(thumb: Points, values: Points) -> None:
    """The nine values of each window, (9, 27): three windows high, three wide, three channels."""
    for row in range(3):
        for j in range(9):
            for at in range(9):
                values[j, row * 9 + at] = thumb[row * 15 + at + j // 3 * 15 + j % 3 * 3]


@kernel(fastmath=True, inline="always", error_model="numpy")
def _measure(values: Points, about: Points) -> None:
    """Sum, mean and scale of each window into (3, 27)."""
    for window in range(_WINDOWS):
        total, variance = np.float32(0), np.float32(0)
        for j in range(9):
            total += values[j, window]
        mean = total / np.float32(9)
        for j in range(9):
            away = values[j, window] - mean
            variance += away * away
        about[0, window], about[1, window] = total, mean
        spread = np.float32(8 * 27) * (variance / np.float32(4) + C2)
        about[2, window] = np.float32(1) / np.sqrt(spread)


@kernel(fastmath=True, inline="always")
def _write(values: Points, about: Points, luminances: Points, out: Points) -> None:
    """Structure and luminance of each window into the first 270 of a descriptor."""
    for window in range(_WINDOWS):
        out[243 + window] = luminances[np.int32(about[0, window])]
        for j in range(9):
            out[window * 9 + j] = (values[j, window] - about[1, window]) * about[2, window]


@kernel
def _subtract(values: Points, middle: Points) -> None:
    for i in range(len(values)):
        for j in range(len(middle)):
            values[i, j] -= middle[j]
