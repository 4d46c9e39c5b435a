"""Placement that looks at neighbours: a tile too light beside one too dark is right from afar.

What is made as large as it can be: all scores, less all penalties, less for each cell its weight times the product of
its own colour error and those of its neighbours up to two cells away, as much as they run together in a blur of half a
cell. The share of a cell's own error is in its score already.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from engine.types import Candidates, ColorErrors, Tiles

# Autocorrelation of a cell under a Gaussian blur of half a cell, along one direction: own, next, next but one.
REACH = np.array([0.48846334, 0.23178561, 0.02352865], np.float32)
OWN = float(REACH[0]) ** 2
SWEEPS = 6
# Sweeps end where fewer cells than one in this many changed their tile.
_SETTLED = 500


def with_feedback(
    candidates: Candidates, errors: ColorErrors, *, penalty: float, tiles: int, cols: int
) -> tuple[NDArray[np.int64], float]:
    """The place of the chosen candidate of each cell, (cells,) int64, and the objective reached.

    Cells are visited in an order without bias that is always the same; each takes what is best beside what all others
    have now, in several sweeps.
    """
    count = len(candidates.tiles)
    order = np.random.default_rng(0).permutation(count)
    uses, chosen = np.zeros(tiles, np.int32), np.full(count, -1, np.int64)
    around = np.zeros((count, 3), np.float32)
    for _ in range(SWEEPS):
        changes = _sweep(
            candidates.tiles, candidates.scores, errors.steps, errors.weights,
            order, cols, np.float32(penalty), uses, chosen, around,
        )  # fmt: skip
        if changes * _SETTLED < count:
            break
    cells = np.arange(count)
    steps = errors.steps[cells, chosen].astype(np.float64)
    shared = (steps * (around - OWN * steps)).sum(axis=1) @ errors.weights
    repeats = penalty * (uses * (uses - 1.0)).sum() / 2
    scores = candidates.scores[cells, chosen].sum(dtype=np.float64)
    return chosen, float(scores - repeats - shared)


@njit(nogil=True, cache=True, fastmath=True)
def _sweep(  # noqa: PLR0917 - compiled functions take no keywords alone
    tiles: Tiles,
    scores: NDArray[np.float32],
    steps: NDArray[np.float32],
    weights: NDArray[np.float32],
    order: NDArray[np.int64],
    cols: int,
    penalty: np.float32,
    uses: NDArray[np.int32],
    chosen: NDArray[np.int64],
    around: NDArray[np.float32],
) -> int:
    """One visit of every cell. `around` (cells, 3) is the blurred error at each cell, its own included."""
    changes = 0
    change, pull = np.empty(3, np.float32), np.empty(3, np.float32)
    for cell in order:
        before = chosen[cell]
        for i in range(3):
            change[i] = steps[cell, before, i] if before >= 0 else np.float32(0)
            pull[i] = 2 * weights[cell] * (around[cell, i] - np.float32(OWN) * change[i])
        if before >= 0:
            uses[tiles[cell, before]] -= 1
        best = _best(tiles[cell], scores[cell], steps[cell], pull, penalty, uses)
        uses[tiles[cell, best]] += 1
        if best != before:
            changes += 1
            chosen[cell] = best
            for i in range(3):
                change[i] = steps[cell, best, i] - change[i]
            _spread(cell, change, cols, around)
    return changes


@njit(nogil=True, cache=True, fastmath=True, inline="always")
def _best(  # noqa: PLR0917 - compiled functions take no keywords alone
    tiles: Tiles,
    scores: NDArray[np.float32],
    steps: NDArray[np.float32],
    pull: NDArray[np.float32],
    penalty: np.float32,
    uses: NDArray[np.int32],
) -> int:
    best, most = 0, np.float32(-1e30)
    for k in range(len(tiles)):
        value = scores[k] - (steps[k, 0] * pull[0] + steps[k, 1] * pull[1] + steps[k, 2] * pull[2])
        if value > most:  # without a look at the table of uses for most of them
            value -= penalty * uses[tiles[k]]
            if value > most:
                best, most = k, value
    return best


@njit(nogil=True, cache=True, inline="always")
def _spread(cell: int, change: NDArray[np.float32], cols: int, around: NDArray[np.float32]) -> None:
    row, col, rows = cell // cols, cell % cols, len(around) // cols
    for y in range(max(0, row - 2), min(rows, row + 3)):
        for x in range(max(0, col - 2), min(cols, col + 3)):
            share = REACH[abs(y - row)] * REACH[abs(x - col)]
            for i in range(3):
                around[y * cols + x, i] += share * change[i]
