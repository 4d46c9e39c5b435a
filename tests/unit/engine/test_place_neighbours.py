from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.errors import BadSetting
from engine.far import SHARED
from engine.place import place
from engine.types import Candidates, ColorErrors
from tests.unit.engine.place_cases import PENALTIES, cases, families_of, penalties, wishes_for


def made_up(cells, k, tiles, *, pull=0.02, seed=0):
    rng = np.random.default_rng(seed)
    scores = -np.sort(-rng.normal(0, 0.3, (cells, k)).astype(np.float32), axis=1)
    steps = rng.normal(0, 3, (3, cells, k)).astype(np.float32)
    numbers = np.stack([rng.permutation(tiles)[:k] for _ in range(cells)]).astype(np.int32)
    errors = ColorErrors(steps, rng.uniform(pull / 2, pull, cells).astype(np.float32))
    return Candidates(numbers, scores, errors=errors)


def placed(candidates, *, penalty, tiles, cols):
    """Where the chosen candidate of each cell stands, and the objective."""
    placement = place(candidates, penalty=penalty, tiles=tiles, cols=cols)
    where = (candidates.tiles == placement.tiles[:, np.newaxis]).argmax(axis=1)
    return where, placement.objective


def slow_objective(candidates, chosen, penalty, cols):
    """The definition, with each cell's place among its candidates."""
    cells = np.arange(len(chosen))
    total = candidates.scores[cells, chosen].sum(dtype=float)
    total -= penalties(candidates.tiles[cells, chosen], penalty)
    return total - slow_cost(
        candidates.errors.steps[:, cells, chosen], candidates.errors.weights, cols
    )


def slow_cost(steps, weights, cols):
    """What neighbours cost, pair after pair of cells. steps : (3, cells)."""
    total, count = 0.0, len(weights)
    for a in range(count):
        for b in range(count):
            down, across = abs(a // cols - b // cols), abs(a % cols - b % cols)
            if a != b and max(down, across) <= 2:
                together = steps[:, a].astype(float) @ steps[:, b]
                total += float(weights[a]) * SHARED[down] * SHARED[across] * together
    return total


@pytest.mark.parametrize(("cells", "cols"), [(1, 1), (12, 12), (12, 1), (35, 7)])
def test_the_objective_is_the_definition(cells, cols):
    candidates = made_up(cells, 6, 9)
    chosen, objective = placed(candidates, penalty=0.1, tiles=9, cols=cols)
    assert objective == pytest.approx(slow_objective(candidates, chosen, 0.1, cols), abs=1e-3)


def test_nobody_gains_by_changing_alone():
    candidates = made_up(35, 5, 30)
    chosen, objective = placed(candidates, penalty=0.1, tiles=30, cols=7)
    for cell in range(35):
        for other in range(5):
            changed = chosen.copy()
            changed[cell] = other
            assert slow_objective(candidates, changed, 0.1, 7) <= objective + 1e-3


def test_neighbours_make_up_for_one_another():
    """Each cell may be as much too light as too dark, light at first sight: alone all of them would be light."""
    steps = np.zeros((3, 36, 2), np.float32)
    steps[0, :, 0], steps[0, :, 1] = 4, -4
    scores = np.tile(np.array([0.001, 0], np.float32), (36, 1))
    tiles = np.arange(72, dtype=np.int32).reshape(36, 2)
    errors = ColorErrors(steps, np.full(36, 0.01, np.float32))
    chosen, _ = placed(Candidates(tiles, scores, errors=errors), penalty=0, tiles=72, cols=6)
    assert 15 <= chosen.sum() <= 21


def test_the_penalty_counts_a_tile_and_its_mirror_image_as_one():
    tiles = np.array([[0, 1], [0, 1]], np.int32)
    scores = np.array([[0.5, 0.4], [0.5, 0.4]], np.float32)
    errors = ColorErrors(np.zeros((3, 2, 2), np.float32), np.zeros(2, np.float32))
    candidates = Candidates(tiles, scores, np.array([[False, False], [True, False]]), errors)
    chosen, objective = placed(candidates, penalty=0.2, tiles=2, cols=2)
    assert sorted(chosen) == [0, 1]
    assert objective == pytest.approx(0.9)


def test_the_same_input_gives_the_same_places():
    candidates = made_up(400, 20, 100)
    first, second = (placed(candidates, penalty=0.05, tiles=100, cols=20) for _ in range(2))
    assert (first[0] == second[0]).all()
    assert first[1] == second[1]


@given(data=st.data())
@settings(deadline=None, max_examples=100)
def test_under_any_wishes_the_objective_is_the_definition_and_no_less_than_without(data):
    case = data.draw(cases(errors=True))
    wishes, penalty = data.draw(wishes_for(case)), data.draw(st.sampled_from(PENALTIES))
    method = data.draw(st.sampled_from(["improved", "optimal"]))
    alone = replace(case.candidates, errors=None)
    try:
        before = case.place(method, wishes, penalty=penalty, candidates=alone)
    except BadSetting:
        assume(False)
    after = case.place(method, wishes, penalty=penalty)

    def worth(placed):
        cells, columns = np.arange(case.cells), case.columns(placed)
        total = case.full[cells, columns].sum(dtype=float)
        total -= penalties(families_of(wishes, placed.tiles), penalty)
        steps = case.errors.steps[:, cells, columns]
        return total - slow_cost(steps, case.errors.weights, case.cols)

    assert after.objective == pytest.approx(worth(after), abs=1e-3)
    assert after.objective >= worth(before) - 1e-3
    assert after.gap == before.gap
