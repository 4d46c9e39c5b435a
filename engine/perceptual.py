"""The perceptual matcher: what it looks at in cells, its candidates and its score."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.blocks import run_blocks
from engine.color import Lab, color_difference
from engine.descriptor import mean_lab
from engine.far import OWN
from engine.features import color_sums, flat
from engine.index import Index
from engine.likeness import best_by_likeness
from engine.ssim import C1, C2
from engine.types import Candidates, ColorErrors, Progress, Scores, Thumbs, Tiles

FINDING, SCORING = "Finding candidates", "Comparing tiles"

# Found by search over all three photographs of the benchmark: SSIM and far colour error both better than with every
# tile compared by its pixels, at twice the distinct tiles.
COLOR, SQUARES, FAR_COLOR = 0.00047, 0.00033, 0.0038
GAIN, FLAT, FLAT_CURVE, DARK, DARK_CURVE, LEVEL = 4.0, 0.73, 0.4, 15.4, 1.44, 1.8
# Blocks of 128 tiles that a search visits.
VISITS = 48


def perceptual_candidates(cells: Thumbs, index: Index, k: int, progress: Progress) -> Tiles:
    """The tiles nearest to each cell by descriptor: (cells, k) int32."""
    queries = index.blocks_tree.basis.points(cells)
    return index.blocks_tree.nearest(queries, k, visits=VISITS, stage=FINDING, progress=progress)


def perceptual_score(  # noqa: PLR0917 - the shape of `Matcher.score`
    cells: Thumbs,
    which: NDArray[np.int64],
    index: Index,
    tiles: Tiles,
    k: int,
    progress: Progress,
) -> Candidates:
    """The k best of these tiles by SSIM with a colour term, weighted by cell, best first; with their colour errors."""
    k, weights = min(k, tiles.shape[1]), cell_weights(cells)[which]
    cells = cells[which]
    best, scores = np.empty((len(cells), k), np.int32), np.empty((len(cells), k), np.float32)
    steps = np.empty((3, len(cells), k), np.float32)
    colors = mean_lab(color_sums(cells))
    metrics, terms = color_metric(colors), (COLOR + FAR_COLOR * OWN, SQUARES)
    flat_cells, thumbs, tile_colors = flat(cells), flat(index.thumbs), index.colors

    def work(start: int, stop: int) -> None:
        part = slice(start, stop)
        best_by_likeness(
            flat_cells[part], colors[part], metrics[part], thumbs, tile_colors, tiles[part],
            terms, best[part], scores[part], steps[:, part],
        )  # fmt: skip
        scores[part] *= weights[part, np.newaxis]
        _sort(best[part], scores[part], steps[:, part])

    run_blocks(work, len(cells), 256, stage=SCORING, progress=progress)
    return Candidates(best, scores, errors=ColorErrors(steps, np.float32(FAR_COLOR) * weights))


def _sort(tiles: Tiles, scores: Scores, steps: NDArray[np.float32]) -> None:
    order = np.argsort(-scores, axis=1, kind="stable")
    tiles[:] = np.take_along_axis(tiles, order, axis=1)
    scores[:] = np.take_along_axis(scores, order, axis=1)
    steps[:] = np.take_along_axis(steps, order[np.newaxis], axis=2)


def cell_weights(cells: Thumbs) -> NDArray[np.float32]:
    """How much the likeness of each cell counts beside the penalty: (cells,) float32.

    In a flat cell, most of all in a dark one, tiles that look the same to the eye are far apart in SSIM, and few come
    near it: without more weight there a picture's plain parts turn to noise before its tiles repeat.
    """
    values = cells.astype(np.int32)
    sums = _window_sums(values)
    mean, variance = sums / 9, (_window_sums(values * values) - sums * sums / 9) / 8
    flatness = C2 / (2 * variance + C2)
    darkness = (C1 / (2 * mean**2 + C1) * flatness).mean(axis=(1, 2, 3))
    gain = (1 + FLAT * flatness.mean(axis=(1, 2, 3)) ** FLAT_CURVE) * (
        1 + DARK * darkness**DARK_CURVE
    )
    out: NDArray[np.float32] = (GAIN * gain / gain.mean() ** LEVEL).astype(np.float32)
    return out


def _window_sums(values: NDArray[np.int32]) -> NDArray[np.int32]:
    """Over windows of 3 x 3: (n, 5, 5, 3) to (n, 3, 3, 3)."""
    rows = values[:, :3] + values[:, 1:4] + values[:, 2:]
    sums: NDArray[np.int32] = rows[:, :, :3] + rows[:, :, 1:4] + rows[:, :, 2:]
    return sums


def color_metric(colors: Lab) -> NDArray[np.float32]:
    """Matrices that turn a small step in CIELAB from each colour into one whose length is its CIEDE2000.

    colors : (n, 3) float32. Returns (n, 3, 3) float32, symmetric.
    """
    unit = np.eye(3, dtype=np.float32)

    def squared(step: NDArray[np.float32]) -> NDArray[np.float64]:
        return color_difference(colors, colors + step).astype(np.float64) ** 2

    form = np.empty((len(colors), 3, 3))
    for i in range(3):
        form[:, i, i] = (squared(unit[i]) + squared(-unit[i])) / 2
        for j in range(i):
            along, across = unit[i] + unit[j], unit[i] - unit[j]
            mixed = squared(along) + squared(-along) - squared(across) - squared(-across)
            form[:, i, j] = form[:, j, i] = mixed / 8
    sizes, axes = np.linalg.eigh(form)
    # Never quite without a difference: CIEDE2000 is not a quadratic form everywhere.
    sizes = np.sqrt(np.maximum(sizes, 0.02))
    out: NDArray[np.float32] = ((axes * sizes[:, np.newaxis]) @ axes.transpose(0, 2, 1)).astype(
        np.float32
    )
    return out
