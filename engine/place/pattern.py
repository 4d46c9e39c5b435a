"""Placement by a pattern, for wishes so tight that cell after cell would lead into a corner.

Cells at the same place in a pattern of (distance + 1) x (distance + 1) cells are all far enough apart. So each place of the
pattern gets tiles of its own, as many as cover its cells, and each cell the best of those. This always works out where
there are tiles enough.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.errors import BadSetting
from engine.kernel import kernel
from engine.place.greedy import place_in_order
from engine.place.problem import Problem
from engine.place.rules import Edges, Rules, State, put
from engine.place.stock import places as pattern_places

_TOGETHER = 256
_NOBODY, _PINNED = -1, -2


def by_pattern(problem: Problem) -> State:
    """A placement that holds cap, distance, bans and pins. Raises BadSetting where the pattern takes more tiles than there are."""
    rules, stock = problem.rules, problem.stock
    if stock.missing(rules.reach, rules.cap) > 0:
        raise BadSetting(
            f"No way was found to hold all of these wishes together: {stock.way_out(rules.reach, rules.cap)}."
        )
    state = State.empty(len(problem.pinned), problem.families)
    place_in_order(problem.table.edges, rules, state, np.flatnonzero(problem.pinned))
    owners = np.where(state.uses > 0, _PINNED, _NOBODY).astype(np.int32)
    free = np.flatnonzero(~problem.pinned)
    places = np.unique(pattern_places(free, rules.cols, rules.reach), return_inverse=True)[1]
    shares = _shares(problem, places)
    for place, share in enumerate(shares):
        cells = free[places == place]
        for first in range(0, len(cells), _TOGETHER):
            share = _cover(problem, state, cells[first : first + _TOGETHER], owners, place, share)  # noqa: PLW2901  # what is left of it
    return state


def _shares(problem: Problem, places: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many families each place of the pattern may have to itself: what it needs, and its part of the others."""
    stock, cap = problem.stock, problem.rules.cap
    needs = -(-np.bincount(places) // cap)
    spare = stock.families - stock.pinned - int(needs.sum())
    shares: NDArray[np.int64] = needs + spare // max(1, len(needs))
    return shares


def _cover(  # noqa: PLR0917 - it goes on to a compiled function
    problem: Problem,
    state: State,
    cells: NDArray[np.int64],
    owners: NDArray[np.int32],
    place: int,
    share: int,
) -> int:
    """Cover cells at one place of the pattern. Returns how many families this place may still take."""
    while len(cells):
        theirs = (owners == place) & (state.uses < problem.rules.cap)
        if share:
            theirs |= owners == _NOBODY
        problem.ask(state, cells, len(cells), problem.allowed_of(theirs))
        share = _place(problem.table.edges, problem.rules, state, cells, owners, place, share)
        cells = cells[state.chosen[cells] < 0]
    return share


@kernel
def _place(  # noqa: PLR0917 - compiled functions take no keywords alone
    edges: Edges,
    rules: Rules,
    state: State,
    cells: NDArray[np.int64],
    owners: NDArray[np.int32],
    place: int,
    share: int,
) -> int:
    for cell in cells:
        best, most = -1, -np.inf
        for edge in range(edges.start[cell], edges.start[cell + 1]):
            family = edges.families[edge]
            value = edges.scores[edge] - state.uses[family] * rules.penalty
            ours = owners[family] == place and state.uses[family] < rules.cap
            if value > most and (ours or (share > 0 and owners[family] == _NOBODY)):
                best, most = edge, value
        if best >= 0:
            family = edges.families[best]
            share -= owners[family] != place
            owners[family] = place
            put(edges, state, cell, best)
    return share
