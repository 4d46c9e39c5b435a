"""Structural similarity of many pairs of thumbs at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.blocks import run_blocks
from engine.features import flat
from engine.kernel import kernel
from engine.types import Progress, Scores, Thumbs, Tiles, silent

# Blocks of about this many pairs: a few tens of milliseconds each, so that progress moves and cancel is heard.
_PAIRS = 50_000

# K1 = 0.01, K2 = 0.03 and a range of 255, as scikit-image has them.
C1 = np.float32((0.01 * 255) ** 2)
C2 = np.float32((0.03 * 255) ** 2)


def ssim(
    cells: Thumbs,
    thumbs: Thumbs,
    tiles: Tiles,
    *,
    stage: str = "Comparing tiles",
    progress: Progress = silent,
) -> Scores:
    """Structural similarity of cells and candidate tiles.

    Equal to `skimage.metrics.structural_similarity(cell, tile, channel_axis=2, data_range=255, win_size=3)` within
    1e-6: 3 x 3 uniform windows, sample covariance, the nine inner positions averaged over three channels [1]_.

    cells : (cells, 5, 5, 3) uint8.
    thumbs : (n, 5, 5, 3) uint8.
    tiles : (cells, k) int32, the tile numbers to compare each cell with.
    Returns (cells, k) float32 from -1 to 1.

    .. [1] Wang, Bovik, Sheikh, Simoncelli (2004): Image quality assessment: from error visibility to structural
       similarity. IEEE Transactions on Image Processing 13(4). :DOI:`10.1109/TIP.2003.819861`

    >>> cell = np.zeros((1, 5, 5, 3), np.uint8)
    >>> ssim(cell, cell, np.zeros((1, 1), np.int32))
    array([[1.]], dtype=float32)
    """
    scores = np.empty(tiles.shape, np.float32)
    flat_cells, flat_thumbs = flat(cells), flat(thumbs)

    def work(start: int, stop: int) -> None:
        _ssim(flat_cells[start:stop], flat_thumbs, tiles[start:stop], scores[start:stop])

    size = max(1, _PAIRS // max(1, tiles.shape[1]))
    run_blocks(work, len(cells), size, stage=stage, progress=progress)
    return scores


# Rows of 15 values (5 px of 3 channels) lie 16 apart, so that loops over them are whole vector registers: twice as fast.
# Sums over windows are whole numbers below 2**24 all the way to the quotient, so float32 holds them exactly.
@kernel(error_model="numpy")
def _ssim(
    cells: NDArray[np.uint8], thumbs: NDArray[np.uint8], tiles: Tiles, scores: Scores
) -> None:
    k = tiles.shape[1]
    gathered = np.empty((k, 75), np.uint8)
    a, b, products = np.zeros(80, np.float32), np.zeros(80, np.float32), np.zeros(80, np.float32)
    sums_a, sums_b = np.zeros(48, np.float32), np.zeros(48, np.float32)
    squares, cross = np.zeros(48, np.float32), np.zeros(48, np.float32)
    scratch = np.zeros(48, np.float32)
    for cell in range(cells.shape[0]):
        # All at once, so that the waits for memory overlap: half the time on a large tile set.
        for place in range(k):
            tile = tiles[cell, place]
            for i in range(75):
                gathered[place, i] = thumbs[tile, i]
        _spread(cells[cell], a)
        _window_sums(a, scratch, sums_a)
        for place in range(k):
            _spread(gathered[place], b)
            _window_sums(b, scratch, sums_b)
            for i in range(80):
                products[i] = a[i] * a[i] + b[i] * b[i]
            _window_sums(products, scratch, squares)
            for i in range(80):
                products[i] = a[i] * b[i]
            _window_sums(products, scratch, cross)
            scores[cell, place] = _mean(sums_a, sums_b, squares, cross, scratch)


@kernel(inline="always")
def _spread(thumb: NDArray[np.uint8], values: Scores) -> None:
    for row in range(5):
        for i in range(15):
            values[row * 16 + i] = thumb[row * 15 + i]


@kernel(inline="always")
def _window_sums(values: Scores, scratch: Scores, sums: Scores) -> None:
    """Sums over 3 x 3 px: three rows of nine windows, 16 apart."""
    for i in range(48):
        scratch[i] = values[i] + values[i + 16] + values[i + 32]
    for i in range(42):
        sums[i] = scratch[i] + scratch[i + 3] + scratch[i + 6]


@kernel(inline="always", error_model="numpy")
def _mean(sums_a: Scores, sums_b: Scores, squares: Scores, cross: Scores, scratch: Scores) -> float:
    """Mean SSIM over windows of 9 px: mean = sum / 9, sample covariance = (9 * cross - product of sums) / 72."""
    for i in range(48):
        means = sums_a[i] * sums_b[i]
        means_squared = sums_a[i] * sums_a[i] + sums_b[i] * sums_b[i]
        covariance = np.float32(9) * cross[i] - means
        variances = np.float32(9) * squares[i] - means_squared
        above = (means * np.float32(2 / 81) + C1) * (covariance * np.float32(2 / 72) + C2)
        below = (means_squared * np.float32(1 / 81) + C1) * (variances * np.float32(1 / 72) + C2)
        scratch[i] = above / below
    total = 0.0
    for row in range(3):
        for i in range(9):
            total += scratch[row * 16 + i]
    return total / 27
