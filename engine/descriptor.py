"""The perceptual descriptor: thumbs as points in 16 dimensions that lie near each other where the thumbs look alike.

The squared distance of two whole descriptors (348 numbers) is about 1 - SSIM and two terms of colour more; a basis of
principal components keeps the 16 directions in which a library differs most.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

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
LENGTH = 27 * 9 + 27 + 75 + 3
# The basis of a library is that of this many of its tiles; more do not change it.
SAMPLE = 20_000

# What a squared difference in CIELAB and a mean squared difference of pixels count beside 1 - SSIM.
_COLOR, _SQUARES = 0.0015, 0.0003
# CIEDE2000 is about 0.7 of the distance in CIELAB for the colours of photographs.
_LAB_TO_DE = 0.7
_ROWS = 4_096


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
        values -= middle
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
            out[start:stop] = (describe(thumbs[start:stop]) - middle) @ main

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
    _describe(flat(thumbs), mean_lab(color_sums(thumbs)), out)
    return out


@kernel(fastmath=True, error_model="numpy")
def _describe(thumbs: NDArray[np.uint8], colors: Lab, out: Points) -> None:
    squares = np.float32(np.sqrt(_SQUARES / 75))
    color = np.float32(np.sqrt(_COLOR) * _LAB_TO_DE)
    for i in range(len(thumbs)):
        for window in range(27):
            first = window // 9 * 15 + window % 9
            out[i, 243 + window] = _window(thumbs[i], first, out[i, window * 9 : window * 9 + 9])
        for j in range(75):
            out[i, 270 + j] = thumbs[i, j] * squares
        for j in range(3):
            out[i, 345 + j] = colors[i, j] * color


@kernel(fastmath=True, inline="always", error_model="numpy")
def _window(thumb: NDArray[np.uint8], first: int, out: Points) -> Any:
    """Structure of the window whose top left value is `first` into `out`; returns its luminance."""
    mean, variance = np.float32(0), np.float32(0)
    for i in range(9):
        out[i] = np.float32(thumb[first + i // 3 * 15 + i % 3 * 3])
        mean += out[i]
    mean /= np.float32(9)
    for i in range(9):
        out[i] -= mean
        variance += out[i] * out[i]
    scale = np.float32(1) / np.sqrt(np.float32(8 * 27) * (variance / np.float32(4) + C2))
    for i in range(9):
        out[i] *= scale
    x = mean * np.sqrt(np.float32(2) / C1)
    return np.log(x + np.sqrt(x * x + np.float32(1))) * np.float32(1 / np.sqrt(54.0))
