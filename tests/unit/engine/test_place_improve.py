"""Local improvement: every step gains, no wish breaks, and in the end no change of one cell gains."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.errors import BadSetting
from engine.place.bound import objective
from engine.place.fill import NoRoom, fill
from engine.place.greedy import place_in_order
from engine.place.improve import improve, swap, sweep
from engine.place.problem import Problem
from engine.place.rules import State, fits, lift, put
from engine.types import Candidates
from engine.wishes import Wishes
from tests.unit.engine.place_cases import PENALTIES, Case, cases, wishes_for


def greedily(case, wishes, penalty, candidates=None):
    """A placement that holds all but `use_all`, as `fill` leaves it."""
    problem = Problem.of(
        candidates or case.candidates,
        wishes,
        penalty=penalty,
        tiles=case.tiles,
        cols=case.cols,
        more=case.more,
    )
    state = State.empty(case.cells, problem.families)
    for cells in (np.flatnonzero(problem.pinned), np.arange(case.cells)):
        place_in_order(problem.table.edges, problem.rules, state, cells)
    fill(problem, state)
    return problem, state


@st.composite
def starts(draw):
    case = draw(cases())
    wishes = draw(wishes_for(case))
    try:
        return greedily(case, wishes, draw(st.sampled_from(PENALTIES)))
    except (BadSetting, NoRoom):
        assume(False)


def gains_alone(problem, state, cell):
    """What the best change of this cell gains that the rules allow."""
    edges, before, now = problem.table.edges, state.chosen[cell], objective(problem, state)
    lift(state, cell)
    best = now
    for edge in range(edges.start[cell], edges.start[cell + 1]):
        if fits(problem.rules, state, cell, edges.families[edge]):
            put(edges, state, cell, edge)
            best = max(best, objective(problem, state))
            lift(state, cell)
    put(edges, state, cell, before)
    return best - now


def sweep_all(edges, rules, state):
    return sweep(edges, rules, state, np.arange(len(state.held)))


@pytest.mark.parametrize("step", [sweep_all, swap])
@given(start=starts())
@settings(deadline=None, max_examples=100)
def test_each_step_gains_and_counts_what_it_changed(step, start):
    problem, state = start
    before, held = objective(problem, state), state.chosen.copy()
    changes = step(problem.table.edges, problem.rules, state)
    assert (changes > 0) == (objective(problem, state) > before)
    assert (changes > 0) == bool((state.chosen != held).any())
    assert (state.uses == np.bincount(state.held, minlength=problem.families)).all()


@given(start=starts())
@settings(deadline=None, max_examples=100)
def test_in_the_end_nobody_gains_alone(start):
    problem, state = start
    for _ in range(50):
        improve(problem.table.edges, problem.rules, state)
    for cell in range(len(state.chosen)):
        if not (len(problem.rules.needed) and state.uses[state.held[cell]] == 1):
            assert gains_alone(problem, state, cell) < 1e-4


def test_two_cells_change_where_one_alone_cannot():
    """Cell 0 took what cell 1 wants more; both may not have it, and cell 0 has another as good."""
    tiles = np.array([[0, 1], [0, 2]], np.int32)
    scores = np.array([[0.9, 0.8], [0.9, 0.1]], np.float32)
    case = Case(0, 2, 1, 4, k=1)
    problem, state = greedily(case, Wishes(min_distance=1), 0.0, Candidates(tiles, scores))
    assert sweep_all(problem.table.edges, problem.rules, state) == 0
    assert swap(problem.table.edges, problem.rules, state) == 1
    assert problem.table.tiles[state.chosen].tolist() == [1, 0]


def test_of_two_swaps_the_better_one_is_made():
    """Cell 1 may take tile 0 from cell 0, which loses much by it, or tile 1 from cell 2, which loses nothing."""
    tiles = np.array([[0, 3, 3], [0, 1, 2], [1, 4, 4]], np.int32)
    scores = np.array([[1.0, 0.4, 0.4], [0.95, 0.9, 0.1], [1.0, 1.0, 1.0]], np.float32)
    problem, state = greedily(
        Case(0, 3, 1, 5, k=1), Wishes(min_distance=1), 0.0, Candidates(tiles, scores)
    )
    for cell, edge in enumerate([0, 5, 6]):
        lift(state, cell)
        put(problem.table.edges, state, cell, edge)
    assert problem.table.tiles[state.chosen].tolist() == [0, 2, 1]
    swap(problem.table.edges, problem.rules, state)
    assert problem.table.tiles[state.chosen].tolist() == [0, 1, 4]
