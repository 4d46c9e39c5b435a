"""Placement that looks at neighbours: a tile too light beside one too dark is right from afar.

What is made as large as it can be: all scores, less all penalties, less for each cell its weight times the product of
its own colour error and those of its neighbours up to two cells away, as much as they run together in a blur of half a
cell. The share of a cell's own error is in its score already.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.far import OWN, SHARED
from engine.kernel import kernel
from engine.place.problem import Problem
from engine.place.rules import Edges, Rules, State, bound_to_stay, fits
from engine.types import Scores

Floats = NDArray[np.float32]

# Colours run together as far as that.
REACH = len(SHARED) - 1
# From a good placement, nearly all that sweeps gain is gained in four; they end before where fewer cells than one in so
# many changed.
_SWEEPS, _SETTLED = 4, 500
# Less than this is rounding.
_GAIN = np.float32(1e-5)


class Colors(NamedTuple):
    """Colour errors for kernels.

    steps : (3, edges) float32, of each edge from the cell's colour to the tile's.
    weights : (cells,) float32, what a squared error costs.
    around : (cells, 3) float32, the blurred error at each cell, its own included.
    weighted : (cells, 3) float32, the same of errors times the weights of their own cells.
    """

    steps: Floats
    weights: Floats
    around: Floats
    weighted: Floats


def with_neighbours(
    problem: Problem, state: State, cells: NDArray[np.int64] | None = None
) -> float:
    """Let neighbours make up for one another, in place; no rule that holds is broken.

    state : every cell is covered. Cells are visited row by row, as they lie in memory: from a good placement that ends as
        high as an order by chance, in half the time. Each takes what is best beside what all others have now.
    cells : (n,) int64, ascending: those that may change. None: all of them.
    Returns what neighbours cost in the end: to be taken from scores less penalties.
    """
    table, weights = problem.table, problem.table.weights
    assert table.steps is not None  # noqa: S101 - both are there, or neither
    assert weights is not None  # noqa: S101
    count = len(state.chosen)
    visited = np.arange(count) if cells is None else cells
    colors = Colors(
        table.steps, weights, np.zeros((count, 3), np.float32), np.zeros((count, 3), np.float32)
    )
    _spread_all(problem.rules, state, colors)
    for _ in range(_SWEEPS):
        changes = _sweep(table.edges, problem.rules, state, colors, visited)
        if changes * _SETTLED < len(visited):
            break
    return _cost(state, colors)


def _cost(state: State, colors: Colors) -> float:
    steps = colors.steps[:, state.chosen].T.astype(np.float64)
    return float((steps * (colors.around - OWN * steps)).sum(axis=1) @ colors.weights)


@kernel
def _spread_all(rules: Rules, state: State, colors: Colors) -> None:
    change = np.empty(3, np.float32)
    for cell in range(len(state.chosen)):
        for i in range(3):
            change[i] = colors.steps[i, state.chosen[cell]]
        _spread(rules.cols, colors, cell, change)


@kernel
def _sweep(
    edges: Edges, rules: Rules, state: State, colors: Colors, cells: NDArray[np.int64]
) -> int:
    """One visit of each of these cells. Returns how many changed their tile."""
    families, scores, steps = edges.families, edges.scores, colors.steps
    chosen, held, uses = state.chosen, state.held, state.uses
    longest = 0
    for cell in cells:
        longest = max(longest, edges.start[cell + 1] - edges.start[cell])
    values = np.empty(longest, np.float32)
    pull, change = np.empty(3, np.float32), np.empty(3, np.float32)
    changes, penalty = 0, np.float32(rules.penalty)
    for cell in cells:
        if bound_to_stay(rules, held[cell], uses):
            continue
        first, last, before = edges.start[cell], edges.start[cell + 1], chosen[cell]
        weight = colors.weights[cell]
        for i in range(3):
            change[i] = -steps[i, before]
            pull[i] = weight * colors.around[cell, i] + colors.weighted[cell, i]
            pull[i] += np.float32(2 * OWN) * weight * change[i]
        uses[held[cell]] -= 1
        most = _fill(
            families[first:last],
            scores[first:last],
            steps[0, first:last],
            steps[1, first:last],
            steps[2, first:last],
            pull,
            penalty,
            uses,
            values,
        )
        edge = before
        if most > values[before - first] + _GAIN:
            edge = _best(edges, rules, state, cell, values)
        if edge != before:
            chosen[cell], held[cell] = edge, families[edge]
            for i in range(3):
                change[i] += steps[i, edge]
            _spread(rules.cols, colors, cell, change)
            changes += 1
        uses[held[cell]] += 1
    return changes


@kernel(fastmath={"nnan", "nsz", "reassoc", "contract"})
def _fill(  # noqa: PLR0917 - compiled functions take no keywords alone
    families: NDArray[np.uint32],
    scores: Scores,
    first: Floats,
    second: Floats,
    third: Floats,
    pull: Floats,
    penalty: np.float32,
    uses: NDArray[np.int32],
    values: Scores,
) -> Any:
    """What each edge is worth, and the most of it: a loop of its own, so that it becomes vector instructions."""
    a, b, c, most = pull[0], pull[1], pull[2], np.float32(-np.inf)
    for i in range(len(scores)):
        colors = first[i] * a + second[i] * b + third[i] * c
        value = scores[i] - colors - penalty * np.float32(uses[families[i]])
        values[i] = value
        most = max(most, value)
    return most


@kernel
def _best(edges: Edges, rules: Rules, state: State, cell: int, values: Scores) -> Any:
    """The edge worth the most that is free; that of now where none is worth more."""
    first = edges.start[cell]
    best = state.chosen[cell]
    most = values[best - first] + _GAIN
    for i in range(edges.start[cell + 1] - first):
        if values[i] > most and fits(rules, state, cell, edges.families[first + i]):
            best, most = first + i, values[i]
    return best


@kernel(inline="always")
def _spread(cols: int, colors: Colors, cell: int, change: Floats) -> None:
    around, weighted, weight = colors.around, colors.weighted, colors.weights[cell]
    row, col, rows = cell // cols, cell % cols, len(around) // cols
    for y in range(max(0, row - REACH), min(rows, row + REACH + 1)):
        for x in range(max(0, col - REACH), min(cols, col + REACH + 1)):
            share = SHARED[abs(y - row)] * SHARED[abs(x - col)]
            for i in range(3):
                around[y * cols + x, i] += share * change[i]
                weighted[y * cols + x, i] += share * weight * change[i]
