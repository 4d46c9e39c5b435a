"""For any input and each way to place: wishes hold, figures are true, and the same again gives the same."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import BadSetting
from engine.place import place
from engine.types import Candidates
from engine.wishes import Wishes
from tests.unit.engine.place_cases import (
    KINDS,
    METHOD_NAMES,
    PENALTIES,
    Case,
    assert_holds,
    cases,
    families_of,
    penalties,
    wishes_for,
)

pytestmark = pytest.mark.parametrize("method", METHOD_NAMES)
some_penalty = st.sampled_from(PENALTIES)


def placed_or_refused(case, method, wishes, penalty):
    """None where the wishes are refused; nothing else may be raised."""
    try:
        return case.place(method, wishes, penalty=penalty)
    except BadSetting:
        return None


def assert_true_figures(case, wishes, placed, penalty):
    scores = case.full[np.arange(case.cells), case.columns(placed)]
    assert (placed.scores == scores).all()
    total = scores.sum(dtype=float) - penalties(families_of(wishes, placed.tiles), penalty)
    assert placed.objective == pytest.approx(total, abs=1e-5)


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
@settings(deadline=None, max_examples=40)
def test_each_wish_alone_holds(method, kind, data):
    case = data.draw(cases())
    wishes, penalty = data.draw(wishes_for(case, only=kind)), data.draw(some_penalty)
    placed = placed_or_refused(case, method, wishes, penalty)
    if placed is not None:
        assert_holds(case, wishes, placed)
        assert_true_figures(case, wishes, placed, penalty)


@given(data=st.data())
@settings(deadline=None, max_examples=200)
def test_wishes_hold_together(method, data):
    case = data.draw(cases())
    wishes, penalty = data.draw(wishes_for(case)), data.draw(some_penalty)
    placed = placed_or_refused(case, method, wishes, penalty)
    if placed is not None:
        assert_holds(case, wishes, placed)
        assert_true_figures(case, wishes, placed, penalty)


@given(data=st.data())
@settings(deadline=None, max_examples=50)
def test_wishes_hold_where_neighbours_make_up_for_one_another(method, data):
    case = data.draw(cases(errors=True))
    wishes = data.draw(wishes_for(case))
    placed = placed_or_refused(case, method, wishes, 0.05)
    if placed is not None:
        assert_holds(case, wishes, placed)


@given(data=st.data())
@settings(deadline=None, max_examples=50)
def test_the_same_input_gives_the_same_placement(method, data):
    case = data.draw(cases())
    wishes = data.draw(wishes_for(case))
    first, second = (placed_or_refused(case, method, wishes, 0.05) for _ in range(2))
    if first is None:
        assert second is None
    else:
        assert (case.columns(first) == case.columns(second)).all()
        assert (first.objective, first.gap) == (second.objective, second.gap)


@given(case=cases())
@settings(deadline=None, max_examples=50)
def test_candidates_are_left_as_they_were(method, case):
    before = [case.candidates.tiles.copy(), case.candidates.scores.copy()]
    placed_or_refused(case, method, Wishes(max_uses=2, min_distance=1, bans=frozenset([0])), 0.1)
    assert (case.candidates.tiles == before[0]).all()
    assert (case.candidates.scores == before[1]).all()


@pytest.mark.parametrize("distance", range(11))
def test_every_distance_holds_with_just_tiles_enough(method, distance):
    case = Case(distance, 23, 23, (distance + 1) ** 2, k=4)
    wishes = Wishes(min_distance=distance)
    assert_holds(case, wishes, case.place(method, wishes))


def test_a_cap_just_large_enough_holds(method):
    case = Case(1, 10, 6, 20, k=3)
    wishes = Wishes(max_uses=3)
    placed = case.place(method, wishes)
    assert_holds(case, wishes, placed)
    assert (np.bincount(placed.tiles) == 3).all()


def test_as_many_tiles_as_cells_all_show(method):
    case = Case(2, 8, 5, 40, k=3)
    wishes = Wishes(use_all=True)
    assert sorted(case.place(method, wishes).tiles) == list(range(40))


def test_a_pin_stays_where_every_other_cell_wants_that_tile_too(method):
    """Found by chance: of two twins whose cells had nothing else, the pinned one had to go."""
    case = Case(3, 3, 1, 8, k=1)
    all_want_0 = Candidates(np.zeros((3, 1), np.int32), np.ones((3, 1), np.float32))
    placed = case.place(method, Wishes(min_distance=2, pins={1: 0}), candidates=all_want_0)
    assert placed.tiles[1] == 0


def test_more_candidates_than_there_are_have_to_be_given(method):
    candidates = Candidates(np.zeros((4, 1), np.int32), np.ones((4, 1), np.float32))
    with pytest.raises(LookupError, match="give `more`"):
        place(candidates, penalty=0, tiles=4, cols=2, method=method, wishes=Wishes(min_distance=1))


def test_hundreds_of_pins_are_asked_for_together(method):
    """One question for each tile took a third of a second of each."""
    case = Case(4, 30, 20, 500, k=3, mirrors=True)
    cells, tiles = case.rng.permutation(600)[:400], case.rng.permutation(500)[:400]
    wishes, asked = Wishes(pins=dict(zip(cells.tolist(), tiles.tolist(), strict=True))), []

    def more(which, k, allowed):
        asked.append(len(which))
        return case.more(which, k, allowed)

    placed = case.place(method, wishes, more=more)
    assert_holds(case, wishes, placed)
    assert_true_figures(case, wishes, placed, 0.1)
    assert len(asked) == 2
    assert sum(asked) == 400
