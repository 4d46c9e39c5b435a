"""Bans and pins as changes to a placement that is there: what they do not touch stays as it is.

Cells that show a banned tile, or another one than is pinned to them, are emptied and covered anew. Then these cells and
those around them, as far as colours run together, take what is better now. No other cell changes.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.place.fill import NoRoom, fill
from engine.place.greedy import place_in_order
from engine.place.improve import sweep
from engine.place.neighbours import REACH, with_neighbours
from engine.place.possible import check
from engine.place.problem import Problem
from engine.place.rules import State, lift
from engine.wishes import Wishes

# Where bans empty more than one cell in so many, nothing stays calm, and placing all of it anew is better.
_CALM = 4
_SWEEPS = 4
_NOTHING = np.float32(-np.inf)


def check_amended(problem: Problem, wishes: Wishes) -> None:
    """Raise BadSetting where no placement can hold these wishes."""
    cols = problem.rules.cols
    check(wishes, len(problem.allowed), problem.table.family_of, cols, len(problem.pinned) // cols)


def amend(problem: Problem, state: State, wishes: Wishes, *, better: bool) -> float | None:
    """Change a placement, in place, so that it holds the bans and pins of these wishes.

    problem, state : without bans and pins, every cell covered.
    better : whether cells then look for something better; else the first that fits stays.
    Returns what neighbours cost in the end, 0 where they do not count; None where it is not worth it, or leads into a corner:
    then problem and state are of no use any more.
    """
    pins = np.full(len(state.held), -1, np.int32)
    pins[list(wishes.pins)] = list(wishes.pins.values())
    problem.allowed[list(wishes.bans)] = False
    banned = ~problem.allowed[problem.table.tiles[state.chosen]]
    if np.count_nonzero(banned) * _CALM > len(banned):
        return None
    problem.pinned[pins >= 0] = True
    before = problem.table.tiles[state.chosen]
    for cell in np.flatnonzero(banned | (problem.pinned & (pins != before))):
        lift(state, int(cell))
    _introduce(problem, state, pins)
    _close(problem, pins)
    changed = _cover(problem, state)
    if changed is None:
        return None
    around = np.flatnonzero(_around(changed, problem.rules.cols))
    weighed = problem.table.weights is not None
    if better and weighed:
        return with_neighbours(problem, state, around)
    for _ in range(_SWEEPS if better else 0):
        if not sweep(problem.table.edges, problem.rules, state, around):
            break
    return 0.0


def _introduce(problem: Problem, state: State, pins: NDArray[np.int32]) -> None:
    """Ask for pinned tiles that are not among the candidates of their cells."""
    table = problem.table
    wanted = np.repeat(pins, table.counts)
    there = np.zeros(len(pins), np.bool_)
    there[np.repeat(np.arange(len(pins)), table.counts)[wanted == table.tiles]] = True
    problem.ask_for_pins(state, np.where(there, -1, pins))


def _close(problem: Problem, pins: NDArray[np.int32]) -> None:
    """Make edges worthless that bans and pins forbid: cheaper than a table without them."""
    table = problem.table
    open_ = problem.allowed[table.tiles]
    for cell in np.flatnonzero(problem.pinned):
        edges = slice(table.start[cell], table.start[cell + 1])
        open_[edges] = table.tiles[edges] == pins[cell]
    problem.table = replace(table, scores=np.where(open_, table.scores, _NOTHING))


def _cover(problem: Problem, state: State) -> NDArray[np.bool_] | None:
    """Cover the empty cells, pinned ones first. Returns which cells changed; None where the wishes leave no room."""
    edges, rules = problem.table.edges, problem.rules
    changed = state.chosen < 0
    for cell in np.flatnonzero(changed & problem.pinned):
        if problem.capped or rules.reach:
            changed |= _make_room(problem, state, cell)
        place_in_order(edges, rules, state, np.array([cell]))
    place_in_order(edges, rules, state, np.flatnonzero(state.chosen < 0))
    try:
        fill(problem, state)
    except NoRoom:
        return None
    return changed


def _make_room(problem: Problem, state: State, cell: np.int64) -> NDArray[np.bool_]:
    """Empty cells that stand in the way of a pin: within reach, or the one that has least of the tile where it is used up."""
    table, rules = problem.table, problem.rules
    edges = np.arange(table.start[cell], table.start[cell + 1])
    family = table.edges.families[edges[table.scores[edges] > _NOTHING]][0]
    others = np.flatnonzero((state.held == family) & ~problem.pinned)
    row, col = np.divmod(others, rules.cols)
    apart = np.maximum(abs(row - cell // rules.cols), abs(col - cell % rules.cols))
    lifted = others[apart <= rules.reach] if rules.reach else others[:0]
    if not len(lifted) and state.uses[family] >= rules.cap:
        lifted = others[[table.scores[state.chosen[others]].argmin()]]
    for other in lifted:
        lift(state, other)
    out = np.zeros(len(state.held), np.bool_)
    out[lifted] = True
    return out


def _around(changed: NDArray[np.bool_], cols: int) -> NDArray[np.bool_]:
    """These cells and those within reach of their colours."""
    grid = np.pad(changed.reshape(-1, cols), REACH)
    rows = grid.shape[0] - 2 * REACH
    steps = range(2 * REACH + 1)
    wide = np.logical_or.reduce([grid[:, step : step + cols] for step in steps])
    out: NDArray[np.bool_] = np.logical_or.reduce([wide[step : step + rows] for step in steps])
    return out.reshape(-1)
