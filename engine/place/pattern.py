"""Placement by a pattern, for wishes so tight that cell after cell would lead into a corner.

Cells at the same place in a pattern of (distance + 1) x (distance + 1) cells are all far enough apart. So each place of the
pattern gets tiles of its own, as many as cover its cells, and each cell the best of those. This always works out where
there are tiles enough.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from engine.errors import BadSetting
from engine.place.greedy import place_in_order
from engine.place.problem import Problem
from engine.place.rules import Edges, Rules, State, put

_TOGETHER = 256
_NOBODY, _PINNED = -1, -2


def by_pattern(problem: Problem) -> State:
    """A placement that holds cap, distance, bans and pins. Raises BadSetting where the pattern takes more tiles than there are."""
    rules = problem.rules
    state = State.empty(len(problem.pinned), problem.families)
    place_in_order(problem.table.edges, rules, state, np.flatnonzero(problem.pinned))
    owners = np.where(state.uses > 0, _PINNED, _NOBODY).astype(np.int32)
    free = np.flatnonzero(~problem.pinned)
    places = _places(free, rules)
    shares = _shares(problem, owners, places)
    for place, share in enumerate(shares):
        cells = free[places == place]
        for first in range(0, len(cells), _TOGETHER):
            share = _cover(problem, state, cells[first : first + _TOGETHER], owners, place, share)  # noqa: PLW2901  # what is left of it
    return state


def _places(cells: NDArray[np.int64], rules: Rules) -> NDArray[np.int64]:
    """The place of each cell in the pattern, numbered from 0."""
    side = rules.reach + 1
    places = cells // rules.cols % side * side + cells % rules.cols % side
    numbered: NDArray[np.int64] = np.unique(places, return_inverse=True)[1]
    return numbered


def _shares(
    problem: Problem, owners: NDArray[np.int32], places: NDArray[np.int64]
) -> NDArray[np.int64]:
    """How many families each place of the pattern may have to itself."""
    showing = np.zeros(problem.families, np.bool_)
    family_of = problem.table.family_of
    showing[
        np.flatnonzero(problem.allowed) if family_of is None else family_of[problem.allowed]
    ] = True
    there = int(np.count_nonzero(showing & (owners == _NOBODY)))
    cap, sizes = problem.rules.cap, np.bincount(places)
    shares = -(-sizes // np.minimum(cap, sizes))
    if shares.sum() > there:
        raise BadSetting(
            f"These wishes together leave some cell no tile: {there:,} tiles for {shares.sum():,} that this distance and "
            "this number of uses take beside the pins. Choose a smaller distance, allow more uses, or add tiles."
        )
    spare = (there - int(shares.sum())) // len(shares)
    out: NDArray[np.int64] = shares + spare
    return out


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


@njit(nogil=True, cache=True)
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
