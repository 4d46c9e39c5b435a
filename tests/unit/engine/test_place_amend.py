"""Bans and pins as changes: they hold, what they do not touch stays, and taking them back gives the same placement."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.errors import BadSetting
from engine.place.improve import sweep
from engine.place.neighbours import REACH
from engine.place.placing import _solved
from engine.place.problem import Problem
from engine.place.rules import State, lift, put
from engine.place.solve import improved
from engine.types import silent
from engine.wishes import Wishes
from tests.unit.engine.place_cases import (
    METHOD_NAMES,
    PENALTIES,
    Case,
    assert_holds,
    cases,
    families_of,
    penalties,
    wishes_for,
)

methods = pytest.mark.parametrize("method", METHOD_NAMES)


def placed_or_refused(case, method, wishes, penalty=0.1):
    try:
        return case.place(method, wishes, penalty=penalty)
    except BadSetting:
        return None


def columns(case, placed):
    return None if placed is None else case.columns(placed).tobytes()


@methods
@pytest.mark.parametrize("errors", [False, True])
@given(data=st.data())
@settings(deadline=None, max_examples=40)
def test_they_hold_and_figures_are_true(method, errors, data):
    case = data.draw(cases(errors=errors))
    wishes = replace(data.draw(wishes_for(case)), calm=True)
    penalty = data.draw(st.sampled_from(PENALTIES))
    placed = placed_or_refused(case, method, wishes, penalty)
    everywhere = placed_or_refused(case, method, replace(wishes, calm=False), penalty)
    assert (placed is None) == (everywhere is None)
    assume(placed is not None)
    assert_holds(case, wishes, placed)
    assert np.isfinite(placed.objective)
    scores = case.full[np.arange(case.cells), case.columns(placed)]
    assert (placed.scores == scores).all()
    if not errors:
        total = scores.sum(dtype=float) - penalties(families_of(wishes, placed.tiles), penalty)
        assert placed.objective == pytest.approx(total, abs=1e-5)


@methods
@given(data=st.data())
@settings(deadline=None, max_examples=30)
def test_taken_back_it_is_the_same_placement(method, data):
    """Whatever was done on the way: a placement follows from what is wished alone."""
    case = data.draw(cases(errors=data.draw(st.booleans())))
    wishes = replace(data.draw(wishes_for(case)), calm=True)
    before = columns(case, placed_or_refused(case, method, wishes.unedited))
    some = replace(wishes, pins={})
    with_some = columns(case, placed_or_refused(case, method, some))
    placed_or_refused(case, method, wishes)
    assert columns(case, placed_or_refused(case, method, some)) == with_some
    assert columns(case, placed_or_refused(case, method, wishes.unedited)) == before
    assert (
        case.candidates.scores.tobytes()
        == case.more(
            np.arange(case.cells), case.candidates.tiles.shape[1], np.ones(case.tiles, np.bool_)
        )
        .scores[:, : case.candidates.tiles.shape[1]]
        .tobytes()
    )


@methods
@pytest.mark.parametrize("errors", [False, True])
def test_one_ban_and_one_pin_leave_the_rest_alone(method, errors):
    case = Case(5, 30, 20, 400, k=20, mirrors=True, errors=errors)
    before = case.place(method)
    tile = before.tiles[0]
    wishes = Wishes(bans=frozenset([int(tile)]), pins={315: 7}, calm=True)
    after = case.place(method, wishes)
    assert_holds(case, wishes, after)
    touched = np.append(np.flatnonzero(before.tiles == tile), 315)
    rows, cols = np.divmod(touched, 30)
    changed = np.flatnonzero(case.columns(before) != case.columns(after))
    assert set(touched) <= set(changed)
    for cell in changed:
        near = np.maximum(abs(rows - cell // 30), abs(cols - cell % 30)).min()
        assert near <= REACH
    assert after.gap is None


def test_where_bans_empty_much_all_is_placed_anew():
    case = Case(6, 20, 10, 60, k=20)
    shown = np.unique(case.place("improved").tiles)
    bans = frozenset(shown[: len(shown) // 2].tolist())
    calm, anew = (case.place("improved", Wishes(bans=bans, calm=calm)) for calm in (True, False))
    assert (calm.tiles == anew.tiles).all()
    assert calm.gap == anew.gap is not None


def test_a_pin_makes_room_for_itself():
    """Under a cap and a distance, who stands in its way takes something else."""
    case = Case(7, 12, 8, 40, k=10)
    wishes = Wishes(max_uses=3, min_distance=2)
    before = case.place("improved", wishes)
    often = int(np.bincount(before.tiles).argmax())
    there = np.flatnonzero(before.tiles == often)
    assert len(there) == 3
    for cell in (there[0] + 1, 95 if 95 not in there else 0):
        wanted = replace(wishes, pins={int(cell): often}, calm=True)
        assert_holds(case, wanted, case.place("improved", wanted))


def slow_sweep(edges, rules, state, cells):
    """The definition of a sweep without a distance or a cap, cell after cell."""
    for cell in cells:
        before = state.chosen[cell]
        lift(state, cell)
        worth = {
            edge: edges.scores[edge] - rules.penalty * state.uses[edges.families[edge]]
            for edge in range(edges.start[cell], edges.start[cell + 1])
        }
        best = max(worth, key=worth.get)
        put(edges, state, cell, best if worth[best] > worth[before] + 1e-5 else before)


@given(case=cases(tied=False), data=st.data())
@settings(deadline=None, max_examples=30)
def test_a_sweep_visits_the_cells_it_was_given(case, data):
    problem = Problem.of(
        case.candidates, Wishes(), penalty=0.1, tiles=case.tiles, cols=case.cols, more=case.more
    )
    state, _, _ = _solved(problem, improved, silent)
    some = data.draw(st.lists(st.integers(0, case.cells - 1), unique=True))
    worst = problem.table.start[:-1] + problem.table.counts - 1
    for cell in some:
        lift(state, cell)
        put(problem.table.edges, state, cell, worst[cell])
    other = State(*(array.copy() for array in state))
    cells = np.sort(np.array(some, np.int64))
    sweep(problem.table.edges, problem.rules, state, cells)
    slow_sweep(problem.table.edges, problem.rules, other, cells)
    assert (state.held == other.held).all()
    assert (state.uses == other.uses).all()
