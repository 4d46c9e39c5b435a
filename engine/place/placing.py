"""From candidates to a placement: which tile each cell gets, under the penalty and the wishes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from engine.place.amend import amend, check_amended
from engine.place.bound import bound, objective
from engine.place.fill import UNSEEN, NoRoom, cover, fill, part_twins
from engine.place.improve import improve
from engine.place.neighbours import with_neighbours
from engine.place.pattern import by_pattern
from engine.place.problem import More, Problem, nothing_more
from engine.place.rules import State
from engine.place.solve import Method, Prices, greedy, method_named
from engine.place.table import Table
from engine.types import Candidates, Progress, Scores, Tiles, silent
from engine.wishes import NO_WISHES, Wishes

# Where candidates run out, cells get four times as many and all is placed anew; three times, and within 200 MB.
_ROUNDS, _TIMES, _EDGES_MAX = 3, 4, 24_000_000
_INTRODUCTIONS, _KNOWN = 10, 8


@dataclass(frozen=True, slots=True)
class Placement:
    """One tile for each cell, row by row.

    tiles : (cells,) int32.
    scores : (cells,) float32, before any penalty.
    mirrored : (cells,) bool; None where no candidate is.
    objective : sum(score) - penalty * sum(n * (n - 1) / 2) over tiles, or families, used n times; less what neighbours cost
        where candidates have colour errors and the placement is not greedy (see `engine.place.neighbours`).
    gap : share of the optimum by which scores less penalties may be short of it, at most, before neighbours were looked at;
        None where nobody computed it, as for bans and pins that were changes alone.
    """

    tiles: Tiles
    scores: Scores
    mirrored: NDArray[np.bool_] | None
    objective: float
    gap: float | None


def place(
    candidates: Candidates | Table,
    *,
    penalty: float,
    tiles: int,
    cols: int,
    method: str = "improved",
    wishes: Wishes = NO_WISHES,
    more: More = nothing_more,
    progress: Progress = silent,
) -> Placement:
    """Choose a candidate for each cell so that the scores, less the penalties, add up to as much as possible.

    candidates : tiles and scores, (cells, k) each; or a table, where some cells have more than others. A tile and its mirror image share their uses.
    penalty : cost of each earlier use of a tile, on the scale of the scores.
    tiles, cols : tiles in the set; cells in a row.
    method : "greedy" takes cells row by row, as the KD-tree script; "improved" is within 1% of the optimum in
        milliseconds; "optimal" is the optimum over the candidates, in seconds. With a distance among the wishes the last
        two start from the optimum without it.
    wishes : hold for every method. What they leave without a candidate gets one from `more`.
    progress : told the share done; what it raises ends the work.

    Raises BadSetting, also for wishes that cannot be held. The same input gives the same placement.
    """
    solve = method_named(method)
    first = wishes.unedited if wishes.edited else wishes
    given = partial(Problem.of, candidates, penalty=penalty, tiles=tiles, cols=cols, more=more)
    problem = given(first)
    if wishes.edited:
        check_amended(problem, wishes)
    state, gap, shared = _solved(problem, solve, progress)
    if wishes.edited:
        gap, cost = None, amend(problem, state, wishes, better=solve is not greedy)
        if cost is None:
            problem = given(wishes)
            state, gap, cost = _solved(problem, solve, progress)
        shared = cost
    return _placement(problem, state, gap, shared)


def _solved(
    problem: Problem, solve: Method, progress: Progress
) -> tuple[State, float | None, float]:
    """A placement that holds all wishes, its gap, and what neighbours cost."""
    state, prices = (
        solve(problem, progress) if solve is greedy else _in_rounds(problem, solve, progress)
    )
    state = _held(problem, state, better=solve is not greedy)
    gap = None if prices is None else _gap(objective(problem, state), bound(problem, prices))
    alone = solve is greedy or problem.table.weights is None
    return state, gap, 0.0 if alone else with_neighbours(problem, state)


def _placement(problem: Problem, state: State, gap: float | None, shared: float) -> Placement:
    table = problem.table
    return Placement(
        table.tiles[state.chosen],
        table.scores[state.chosen],
        None if table.mirrored is None else table.mirrored[state.chosen],
        objective(problem, state) - shared,
        gap,
    )


def _gap(reached: float, most: float) -> float:
    return max(0.0, most - reached) / max(abs(most), 1e-9)


def _in_rounds(problem: Problem, solve: Method, progress: Progress) -> tuple[State, Prices | None]:
    """Solve, and solve again with more candidates where cells found none or tiles no cell."""
    _introduce(problem)
    for _ in range(_ROUNDS):
        state, prices = solve(problem, progress)
        if not _widen(problem, state):
            return state, prices
    return solve(problem, progress)


def _introduce(problem: Problem) -> None:
    """Give tiles that have to show some cells to choose from, where they are among the candidates of few or none."""
    needed = problem.rules.needed
    free = np.flatnonzero(~problem.pinned)
    for _ in range(_INTRODUCTIONS if len(needed) else 0):
        known = np.bincount(problem.table.edges.families, minlength=problem.families)
        strange = needed & (known < _KNOWN)
        strange[problem.table.edges.families[problem.table.start[:-1][problem.pinned]]] = False
        if not strange.any():
            break
        problem.ask(State.empty(0, 0), free, UNSEEN, problem.allowed_of(strange))


def _widen(problem: Problem, state: State) -> bool:
    """Ask for more candidates. Returns whether any were wanted, and got."""
    counts, there = problem.table.counts, int(np.count_nonzero(problem.allowed))
    empty = np.flatnonzero((state.chosen < 0) & (counts < there))
    needed = problem.rules.needed
    unseen = needed & (state.uses == 0) if len(needed) else np.zeros(0, np.bool_)
    free = np.flatnonzero(~problem.pinned)
    k = _TIMES * int(max(counts.max(), 1))
    wanted = len(empty) * min(k, there) + (len(free) * UNSEEN if unseen.any() else 0)
    if not wanted or counts.sum() + wanted > _EDGES_MAX:
        return False
    if len(empty):
        problem.ask(state, empty, k, problem.allowed)
    if unseen.any():
        problem.ask(state, free, UNSEEN, problem.allowed_of(unseen))
    return True


def _held(problem: Problem, state: State, *, better: bool) -> State:
    """Make a placement hold all wishes, and then as good as local changes can."""
    solved = _whole(problem, state) and not problem.rules.reach
    try:
        if better and problem.rules.reach:
            part_twins(problem, state)
        fill(problem, state)
    except NoRoom:
        state = _again(problem)
    cover(problem, state)
    if not better:
        return state
    improve(problem.table.edges, problem.rules, state)
    if solved:
        return state
    rival, _ = greedy(problem, silent)
    if _whole(problem, rival) and objective(problem, rival) > objective(problem, state):
        improve(problem.table.edges, problem.rules, rival)
        return rival
    return state


def _again(problem: Problem) -> State:
    """A placement that begins anew, after one that led into a corner. Raises BadSetting."""
    try:
        state, _ = greedy(problem, silent)
        fill(problem, state)
    except NoRoom:
        return by_pattern(problem)
    return state


def _whole(problem: Problem, state: State) -> bool:
    """Whether every cell is covered and every tile shows that has to."""
    needed = problem.rules.needed
    return bool((state.chosen >= 0).all()) and not (len(needed) and (state.uses[needed] == 0).any())
