"""Local improvement: changes of one cell, and of two where one is in the way of the other, as long as they gain."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.kernel import kernel
from engine.place.rules import Edges, Rules, State, bound_to_stay, fits, lift, put
from engine.types import Scores

# Less than this is rounding.
_GAIN = 1e-5
# Sweeps end where fewer cells than one in so many changed, and after so many sweeps whatever they did.
_SETTLED, _SWEEPS = 25, 8
_NOBODY, _SEVERAL = -1, -2


def improve(edges: Edges, rules: Rules, state: State) -> None:
    """Improve a placement in which every cell is covered; no rule that holds is broken."""
    cells = np.arange(len(state.held))
    for _ in range(_SWEEPS):
        changes = sweep(edges, rules, state, cells)
        if rules.reach:
            changes += swap(edges, rules, state)
        if changes * _SETTLED < len(state.held):
            break


@kernel
def sweep(edges: Edges, rules: Rules, state: State, cells: NDArray[np.int64]) -> int:
    """Let each of these cells take a better tile where one is free. Returns how many did."""
    families, scores = edges.families, edges.scores
    chosen, held, uses = state.chosen, state.held, state.uses
    changes = 0
    for cell in cells:
        if bound_to_stay(rules, held[cell], uses):
            continue
        before = chosen[cell]
        uses[held[cell]] -= 1
        value = scores[before] - uses[held[cell]] * rules.penalty + _GAIN
        edge, _ = _best(edges, rules, state, cell, value)
        if edge >= 0:
            chosen[cell], held[cell] = edge, families[edge]
            changes += 1
        uses[held[cell]] += 1
    return changes


@kernel(fastmath={"nnan", "nsz", "reassoc"})
def _most(
    families: NDArray[np.uint32], scores: Scores, uses: NDArray[np.int32], penalty: np.float32
) -> np.float32:
    """What the best edge is worth if it is free: a loop of its own, so that it becomes vector instructions."""
    most = np.float32(-np.inf)
    for i in range(len(families)):
        most = max(most, scores[i] - np.float32(uses[families[i]]) * penalty)
    return most


@kernel
def _best(edges: Edges, rules: Rules, state: State, cell: int, more: float) -> tuple[int, float]:
    """The best free edge worth more than that, or -1, and its worth."""
    families, scores, uses = edges.families, edges.scores, state.uses
    best, first, last = -1, edges.start[cell], edges.start[cell + 1]
    if _most(families[first:last], scores[first:last], uses, np.float32(rules.penalty)) <= more:
        return best, more
    for edge in range(first, last):
        value = scores[edge] - uses[families[edge]] * rules.penalty
        if value > more and fits(rules, state, cell, families[edge]):
            best, more = edge, value
    return best, more


@kernel
def swap(edges: Edges, rules: Rules, state: State) -> int:
    """Let each cell take a tile from the one cell in its way, where that has another that costs less than is gained.

    Returns how many did.
    """
    changes = 0
    for cell in range(len(state.held)):
        if bound_to_stay(rules, state.held[cell], state.uses):
            continue
        before = state.chosen[cell]
        lift(state, cell)
        edge, other, instead = _best_swap(edges, rules, state, cell, before)
        if edge < 0:
            put(edges, state, cell, before)
            continue
        lift(state, other)
        put(edges, state, cell, edge)
        put(edges, state, other, instead)
        changes += 1
    return changes


@kernel
def _best_swap(
    edges: Edges, rules: Rules, state: State, cell: int, before: int
) -> tuple[int, int, int]:
    """The edge for an emptied cell, the cell that makes room, and the edge that that cell takes instead; -1 for none."""
    penalty, uses, chosen = rules.penalty, state.uses, state.chosen
    now = edges.scores[before] - uses[edges.families[before]] * penalty
    best, most = (-1, -1, -1), _GAIN
    for edge in range(edges.start[cell], edges.start[cell + 1]):
        family = edges.families[edge]
        gain = edges.scores[edge] - (uses[family] - 1) * penalty - now
        if gain <= most or uses[family] == 0:
            continue
        other = _in_the_way(rules, state, cell, family)
        if other < 0:
            continue
        held_before = chosen[other]
        worth = edges.scores[held_before] - (uses[family] - 1) * penalty
        lift(state, other)
        put(edges, state, cell, edge)
        instead, value = _best(edges, rules, state, other, worth + most - gain)
        lift(state, cell)
        put(edges, state, other, held_before)
        if instead >= 0:
            best, most = (edge, other, instead), gain + value - worth
    return best


@kernel
def _in_the_way(rules: Rules, state: State, cell: int, family: int) -> int:
    """The only cell within reach that holds the family; below 0 where there is none, or more than one."""
    held, reach, cols = state.held, rules.reach, rules.cols
    row, col, rows, found = cell // cols, cell % cols, len(held) // cols, _NOBODY
    for y in range(max(0, row - reach), min(rows, row + reach + 1)):
        for x in range(max(0, col - reach), min(cols, col + reach + 1)):
            other = y * cols + x
            if held[other] == family and other != cell:
                if found >= 0:
                    return _SEVERAL
                found = other
    return found
