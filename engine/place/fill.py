"""What candidates leave undone: cells without a tile, twins too near one another, tiles that have yet to show."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.kernel import kernel
from engine.place.greedy import place_in_order
from engine.place.problem import Problem
from engine.place.rules import Edges, Rules, State, lift, near, put

# Cells that ask together for more candidates, each for enough to find one when all the others have taken theirs.
_TOGETHER = 512
# Tiles that have yet to show, to each cell in one question.
UNSEEN = 50


class NoRoom(Exception):
    """As things are placed now, the wishes leave a cell no tile at all."""


def part_twins(problem: Problem, state: State) -> None:
    """Empty one of any two cells within reach that hold the same family, and cover it anew if its candidates allow it.

    Who would lose the least by a change goes first, and who would lose the most by waiting is covered first.
    """
    edges, rules = problem.table.edges, problem.rules
    order = np.argsort(_losses(edges, rules, state), kind="stable")
    order = order[~problem.pinned[order]]
    _lift_twins(rules, state, order)
    place_in_order(edges, rules, state, order[::-1])


def fill(problem: Problem, state: State) -> None:
    """Cover every empty cell with a tile that the wishes allow, candidate or not. Raises NoRoom."""
    empty = np.flatnonzero(state.chosen < 0)
    around = (2 * problem.rules.reach + 1) ** 2
    for first in range(0, len(empty), _TOGETHER):
        cells = empty[first : first + _TOGETHER]
        while len(cells):
            room = problem.allowed_of(state.uses < problem.rules.cap)
            left = _ask_and_place(problem, state, cells, len(cells) + around, room)
            if len(left) == len(cells):  # all that it was told of belong to families that are near
                left = cells[1:]
                free = problem.allowed_of(_free(problem.rules, state, cells[0]))
                _ask_and_place(problem, state, cells[:1], 1, free)
            cells = left


def cover(problem: Problem, state: State) -> None:
    """Let every family show that has to: each where it costs the least, in place of one that shows elsewhere too."""
    needed = problem.rules.needed
    while len(needed) and (unseen := needed & (state.uses == 0)).any():
        problem.ask(state, np.flatnonzero(~problem.pinned), UNSEEN, problem.allowed_of(unseen))
        table, rules = problem.table, problem.rules
        edges = np.flatnonzero(unseen[table.edges.families])
        cells = np.repeat(np.arange(len(state.chosen)), table.counts)[edges]
        worth = table.scores[state.chosen] - (state.uses[state.held] - 1) * rules.penalty
        order = np.argsort(worth[cells] - table.scores[edges], kind="stable")
        _take_over(table.edges, state, cells[order], edges[order])


def _ask_and_place(
    problem: Problem,
    state: State,
    cells: NDArray[np.int64],
    k: int,
    allowed: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """Returns the cells that are still empty."""
    if not allowed.any():
        raise NoRoom
    problem.ask(state, cells, k, allowed)
    place_in_order(problem.table.edges, problem.rules, state, cells)
    return cells[state.chosen[cells] < 0]


def _free(rules: Rules, state: State, cell: np.int64) -> NDArray[np.bool_]:
    """(families,) bool, which may cover the cell."""
    free = state.uses < rules.cap
    row, col = divmod(int(cell), rules.cols)
    held = state.held.reshape(-1, rules.cols)
    near_by = held[
        max(0, row - rules.reach) : row + rules.reach + 1,
        max(0, col - rules.reach) : col + rules.reach + 1,
    ]
    free[near_by[near_by >= 0]] = False
    return free


@kernel
def _losses(edges: Edges, rules: Rules, state: State) -> NDArray[np.float64]:
    """(cells,) what each cell would lose by its next best tile."""
    losses = np.zeros(len(state.held))
    families, scores, uses = edges.families, edges.scores, state.uses
    for cell in range(len(losses)):
        own = state.held[cell]
        if own < 0:
            continue
        best = -np.inf
        for edge in range(edges.start[cell], edges.start[cell + 1]):
            if families[edge] != own:
                best = max(best, scores[edge] - uses[families[edge]] * rules.penalty)
        losses[cell] = scores[state.chosen[cell]] - (uses[own] - 1) * rules.penalty - best
    return losses


@kernel
def _lift_twins(rules: Rules, state: State, order: NDArray[np.int64]) -> None:
    for cell in order:
        if state.held[cell] >= 0 and near(rules, state.held, cell, state.held[cell]):
            lift(state, cell)


@kernel
def _take_over(
    edges: Edges, state: State, cells: NDArray[np.int64], candidates: NDArray[np.int64]
) -> None:
    """Go through edges, each with its cell: take it if its family is unseen and that of the cell shows elsewhere too."""
    for i in range(len(cells)):
        cell, edge = cells[i], candidates[i]
        if state.uses[edges.families[edge]] == 0 and state.uses[state.held[cell]] > 1:
            lift(state, cell)
            put(edges, state, cell, edge)
