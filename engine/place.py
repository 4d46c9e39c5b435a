"""The penalty: which candidate each cell gets when a tile costs more with every use."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from engine.types import Candidates, Scores, Tiles


def greedy(candidates: Candidates, penalty: float, tiles: int) -> tuple[Tiles, Scores]:
    """Cell after cell, row by row, the candidate with the most of `score - uses * penalty`.

    One table of uses serves the whole picture. Among equals the first candidate wins.

    candidates : tiles and scores, (cells, k) each.
    penalty : cost of each earlier use of a tile.
    tiles : number of tiles in the set.
    Returns the chosen tiles (cells,) int32 and their scores (cells,) float32 without penalty.
    """
    uses = np.zeros(tiles, np.int32)
    places = _greedy(candidates.tiles, candidates.scores, float(penalty), uses)[:, np.newaxis]
    chosen = np.take_along_axis(candidates.tiles, places, axis=1)[:, 0]
    return chosen, np.take_along_axis(candidates.scores, places, axis=1)[:, 0]


@njit(nogil=True, cache=True)
def _greedy(
    tiles: Tiles, scores: Scores, penalty: float, uses: NDArray[np.int32]
) -> NDArray[np.int64]:
    places = np.zeros(len(tiles), np.int64)
    for cell in range(tiles.shape[0]):
        best_value = scores[cell, 0] - uses[tiles[cell, 0]] * penalty
        for place in range(1, tiles.shape[1]):
            value = scores[cell, place] - uses[tiles[cell, place]] * penalty
            if value > best_value:
                places[cell], best_value = place, value
        uses[tiles[cell, places[cell]]] += 1
    return places
