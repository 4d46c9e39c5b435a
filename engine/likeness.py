"""The perceptual score, compiled: SSIM less what the eye sees of a wrong colour, for many tiles of one cell at once.

score = SSIM - color * dE^2 - squares * (mean squared difference of the 75 values), where dE is the CIEDE2000 of the mean
colours as far as a quadratic form about the cell's colour tells it: `metric` turns a step in CIELAB into one in dE.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.kernel import kernel
from engine.selection import smallest
from engine.ssim import C1, C2
from engine.types import Scores, Tiles

Floats = NDArray[np.float32]

# Tiles side by side in the registers.
_LANES = 64


@kernel
def best_by_likeness(  # noqa: PLR0917 - compiled functions take no keywords alone
    cells: NDArray[np.uint8],
    colors: Floats,
    metrics: Floats,
    thumbs: NDArray[np.uint8],
    tile_colors: Floats,
    tiles: Tiles,
    weights: tuple[float, float],
    out_tiles: Tiles,
    out_scores: Scores,
    out_steps: Floats,
) -> None:
    """Keep the best of each cell's tiles, in no order.

    cells (cells, 75), colors (cells, 3) CIELAB, metrics (cells, 3, 3); thumbs (n, 75), tile_colors (n, 3) CIELAB;
    tiles (cells, many); weights: color and squares. Out: tiles and scores (cells, k), steps (3, cells, k): from the
    cell's colour to the tile's in units of dE.
    """
    many, k = tiles.shape[1], out_tiles.shape[1]
    losses, scratch = np.empty(many, np.float32), np.empty(many, np.float32)
    picked, steps = np.empty(k, np.int32), np.empty((many, 3), np.float32)
    values = np.zeros((75, _LANES), np.float32)
    similar, squared = np.empty(_LANES, np.float32), np.empty(_LANES, np.float32)
    columns = np.empty((3, 5, _LANES), np.float32)
    cell, color, squares = np.empty(75, np.float32), np.float32(weights[0]), np.float32(weights[1])
    for number in range(len(cells)):
        for i in range(75):
            cell[i] = cells[number, i]
        for start in range(0, many, _LANES):
            stop = min(many, start + _LANES)
            _gather(thumbs, tiles[number, start:stop], values)
            _squares(cell, values, squared)
            _similarity(cell, values, columns, similar)
            for t in range(start, stop):
                far = _step(
                    colors[number], tile_colors[tiles[number, t]], metrics[number], steps[t]
                )
                losses[t] = color * far + squares * squared[t - start] - similar[t - start]
        smallest(losses, scratch, picked)
        for i in range(k):
            out_tiles[number, i] = tiles[number, picked[i]]
            out_scores[number, i] = -losses[picked[i]]
            for j in range(3):
                out_steps[j, number, i] = steps[picked[i], j]


@kernel
def _gather(thumbs: NDArray[np.uint8], tiles: Tiles, values: Floats) -> None:
    for t in range(len(tiles)):
        for i in range(75):
            values[i, t] = thumbs[tiles[t], i]


@kernel(inline="always")
def _step(color: Floats, tile: Floats, metric: Floats, step: Floats) -> Any:
    """The step from one colour to another in units of dE; returns its squared length."""
    length = np.float32(0)
    for i in range(3):
        step[i] = np.float32(0)
        for j in range(3):
            step[i] += metric[i, j] * (tile[j] - color[j])
        length += step[i] * step[i]
    return length


@kernel(fastmath=True)
def _squares(cell: Floats, values: Floats, out: Floats) -> None:
    """Mean squared difference of the 75 values."""
    for t in range(_LANES):
        out[t] = 0
    for i in range(0, 75, 5):
        a, b, c, d, e = cell[i], cell[i + 1], cell[i + 2], cell[i + 3], cell[i + 4]
        for t in range(_LANES):
            v, w, x = values[i, t] - a, values[i + 1, t] - b, values[i + 2, t] - c
            y, z = values[i + 3, t] - d, values[i + 4, t] - e
            out[t] += v * v + w * w + x * x + y * y + z * z
    for t in range(_LANES):
        out[t] *= np.float32(1 / 75)


@kernel(fastmath=True, error_model="numpy")
def _similarity(cell: Floats, values: Floats, columns: Floats, out: Floats) -> None:
    """SSIM: the mean over nine windows of three channels; a row of three windows is five columns of three values."""
    for t in range(_LANES):
        out[t] = 0
    for row in range(3):
        for channel in range(3):
            first = row * 15 + channel
            for x in range(5):
                _column(cell, values, first + 3 * x, columns[0, x], columns[1, x], columns[2, x])
            for x in range(3):
                mean, variance = _mean_and_variance(cell, first + 3 * x)
                _add_window(columns, x, mean, variance, out)
    for t in range(_LANES):
        out[t] *= np.float32(1 / 27)


@kernel(fastmath=True, inline="always")
def _column(  # noqa: PLR0917 - compiled functions take no keywords alone
    cell: Floats, values: Floats, i: int, sums: Floats, squares: Floats, cross: Floats
) -> None:
    a, b, c = cell[i], cell[i + 15], cell[i + 30]
    for t in range(_LANES):
        x, y, z = values[i, t], values[i + 15, t], values[i + 30, t]
        sums[t] = x + y + z
        squares[t] = x * x + y * y + z * z
        cross[t] = a * x + b * y + c * z


@kernel(fastmath=True, inline="always")
def _mean_and_variance(cell: Floats, i: int) -> Any:
    """Of the window whose top left value is number i."""
    total, variance = np.float32(0), np.float32(0)
    for j in range(9):
        total += cell[i + j // 3 * 15 + j % 3 * 3]
    mean = total * np.float32(1 / 9)
    for j in range(9):
        off = cell[i + j // 3 * 15 + j % 3 * 3] - mean
        variance += off * off
    return mean, variance * np.float32(1 / 8)


@kernel(fastmath=True, inline="always", error_model="numpy")
def _add_window(columns: Floats, x: int, mean: Any, variance: Any, out: Floats) -> None:
    two = np.float32(2)
    for t in range(_LANES):
        total = columns[0, x, t] + columns[0, x + 1, t] + columns[0, x + 2, t]
        squares = columns[1, x, t] + columns[1, x + 1, t] + columns[1, x + 2, t]
        cross = columns[2, x, t] + columns[2, x + 1, t] + columns[2, x + 2, t]
        other = total * np.float32(1 / 9)
        covariance = (cross - mean * total) * np.float32(1 / 8)
        spread = variance + (squares - other * total) * np.float32(1 / 8)
        above = (two * mean * other + C1) * (two * covariance + C2)
        out[t] += above / ((mean * mean + other * other + C1) * (spread + C2))
