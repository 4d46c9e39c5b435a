"""What all ways to place share: the edges from cells to tiles, the rules, and what is placed so far. For kernels."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.kernel import kernel
from engine.types import Scores

# The price of what may not be had: above everything that a penalty adds up to.
FULL = 1e9


class Edges(NamedTuple):
    """From each cell to the tiles that may cover it. Cell c has edges start[c] to start[c + 1].

    start : (cells + 1,) int64.
    families : (edges,) uint32, the family of the tile; unsigned, so that compiled lookups need no test for a minus sign.
    scores : (edges,) float32.
    """

    start: NDArray[np.int64]
    families: NDArray[np.uint32]
    scores: Scores


class Rules(NamedTuple):
    """Penalty and wishes.

    penalty : cost of each earlier use of a family.
    cap : the most uses of a family.
    reach : no family twice within so many cells; 0 for no such rule.
    cols : cells in a row.
    needed : (families,) bool, which have to show at least once; empty where none has to.
    """

    penalty: float
    cap: int
    reach: int
    cols: int
    needed: NDArray[np.bool_]


class State(NamedTuple):
    """What is placed: the edge and the family of each cell, -1 where it is empty, and the uses of each family.

    chosen : (cells,) int64.
    held : (cells,) int32.
    uses : (families,) int32.
    """

    chosen: NDArray[np.int64]
    held: NDArray[np.int32]
    uses: NDArray[np.int32]

    @classmethod
    def empty(cls, cells: int, families: int) -> State:
        """Nothing placed."""
        return cls(
            np.full(cells, -1, np.int64),
            np.full(cells, -1, np.int32),
            np.zeros(families, np.int32),
        )


@kernel(inline="always")
def put(edges: Edges, state: State, cell: int, edge: int) -> None:
    """Cover an empty cell."""
    family = edges.families[edge]
    state.chosen[cell] = edge
    state.held[cell] = family
    state.uses[family] += 1


@kernel(inline="always")
def lift(state: State, cell: int) -> None:
    """Empty a covered cell."""
    state.uses[state.held[cell]] -= 1
    state.chosen[cell] = state.held[cell] = -1


@kernel
def near(rules: Rules, held: NDArray[np.int32], cell: int, family: int) -> bool:
    """Whether another cell within reach holds the family."""
    row, col, rows = cell // rules.cols, cell % rules.cols, len(held) // rules.cols
    for y in range(max(0, row - rules.reach), min(rows, row + rules.reach + 1)):
        for x in range(max(0, col - rules.reach), min(rules.cols, col + rules.reach + 1)):
            other = y * rules.cols + x
            if held[other] == family and other != cell:
                return True
    return False


@kernel(inline="always")
def bound_to_stay(rules: Rules, family: int, uses: NDArray[np.int32]) -> bool:
    """Whether this is the only use of a family that has to show."""
    return len(rules.needed) > 0 and uses[family] == 1 and rules.needed[family]


@kernel(inline="always")
def fits(rules: Rules, state: State, cell: int, family: int) -> bool:
    """Whether one more use of the family, in this cell, breaks no rule."""
    uses = state.uses[family]
    if uses >= rules.cap:
        return False
    return uses == 0 or rules.reach == 0 or not near(rules, state.held, cell, family)
