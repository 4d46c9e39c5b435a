"""`optimal` is the optimum, `improved` as near to it as it says, and no bound is too low."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from engine.place.bound import bound
from engine.place.problem import Problem
from engine.types import Candidates
from engine.wishes import NO_WISHES, Wishes
from tests.unit.engine.place_cases import (
    METHOD_NAMES,
    PENALTIES,
    Case,
    cases,
    families_of,
    wishes_for,
)

# No candidate; and more than all scores and penalties of a case together.
NONE, SHOWN = -1e6, 1e4


def optimum(case, candidates, wishes, penalty):
    """By assignment with repeated columns: use n of a family costs n times the penalty. None where a wish is in the way."""
    left = np.setdiff1d(np.arange(case.tiles), list(wishes.bans))
    names = np.unique(families_of(wishes, left))
    cap = min(wishes.max_uses or case.cells, case.cells)
    worth = np.full((case.cells, len(names)), NONE)
    for cell, row in enumerate(candidates.tiles):
        for tile, score in zip(row, candidates.scores[cell], strict=True):
            if tile in left and wishes.pins.get(cell, tile) == tile:
                name = np.searchsorted(names, families_of(wishes, tile))
                worth[cell, name] = max(worth[cell, name], score)
    table = np.repeat(worth, cap, axis=1) - penalty * np.tile(np.arange(cap), len(names))
    if wishes.use_all:
        table[:, ::cap] += SHOWN
    if table.shape[0] > table.shape[1]:
        return None
    cells, columns = linear_sum_assignment(table, maximize=True)
    total = table[cells, columns].sum() - (len(names) * SHOWN if wishes.use_all else 0)
    return total if total > -SHOWN / 2 else None


@st.composite
def problems(draw):
    """Where candidates are not all there is, wishes leave them enough; with `use_all` every tile is a candidate everywhere."""
    case = draw(cases())
    wishes = draw(wishes_for(case))
    if wishes.use_all or wishes.pins:
        case = Case(
            draw(st.integers(0, 2**32)), case.cols, case.rows, case.tiles, mirrors=case.mirrors
        )
    wishes = Wishes(
        max_uses=wishes.max_uses,
        use_all=wishes.use_all,
        families=wishes.families,
        bans=wishes.bans,
        pins=wishes.pins,
    )
    penalty = draw(st.sampled_from(PENALTIES))
    return case, wishes, penalty, optimum(case, case.candidates, wishes, penalty)


@given(problem=problems())
@settings(deadline=None, max_examples=200)
def test_optimal_is_the_optimum(problem):
    case, wishes, penalty, best = problem
    if best is not None:
        placed = case.place("optimal", wishes, penalty=penalty)
        assert placed.objective == pytest.approx(best, abs=1e-3)
        assert placed.gap == pytest.approx(0, abs=1e-4 * max(1, 1 / max(abs(best), 1e-3)))


@given(problem=problems())
@settings(deadline=None, max_examples=200)
def test_improved_is_below_it_and_within_its_own_gap(problem):
    case, wishes, penalty, best = problem
    if best is not None:
        placed = case.place("improved", wishes, penalty=penalty)
        assert placed.objective <= best + 1e-3
        most = max_by_gap(placed)
        assert most >= best - 1e-3


def max_by_gap(placed):
    """The bound that a gap was reckoned from: gap = (bound - reached) / |bound|."""
    gap, reached = placed.gap, placed.objective
    return max(
        reached / (1 - gap) if gap < 1 else np.inf,
        reached / (1 + gap),
    )


@given(data=st.data())
@settings(deadline=None, max_examples=100)
def test_a_bound_at_any_prices_is_never_below_the_optimum(data):
    case, wishes, penalty, best = data.draw(problems())
    if best is None:
        return
    problem = Problem.of(
        case.candidates,
        wishes,
        penalty=penalty,
        tiles=case.tiles,
        cols=case.cols,
        more=case.more,
    )
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    prices = rng.choice([0, 0.1, 0.5, 2, -1 if wishes.use_all else 0], problem.families)
    assert bound(problem, prices.astype(float)) >= best - 1e-3


@given(data=st.data())
@settings(deadline=None, max_examples=60)
def test_no_wish_makes_a_placement_better_than_the_optimum_without(data):
    case = data.draw(cases())
    wishes, penalty = data.draw(wishes_for(case, only="min_distance")), 0.1
    everything = case.more(np.arange(case.cells), 2 * case.tiles, np.ones(case.tiles, np.bool_))
    best = optimum(case, everything, NO_WISHES, penalty)
    side = min(wishes.min_distance + 1, case.cols) * min(wishes.min_distance + 1, case.rows)
    if side <= case.tiles:
        for method in METHOD_NAMES:
            assert case.place(method, wishes, penalty=penalty).objective <= best + 1e-3


@pytest.mark.parametrize("penalty", PENALTIES)
@pytest.mark.parametrize("seed", range(3))
def test_both_are_what_a_sparse_matching_finds_for_hundreds_of_cells(seed, penalty):
    rng = np.random.default_rng(seed)
    tiles = np.stack([rng.permutation(200)[:20] for _ in range(400)]).astype(np.int32)
    scores = -np.sort(-rng.normal(0.5, 0.2, (400, 20)), axis=1).astype(np.float32)
    case = Case(seed, 20, 20, 200, k=1)
    candidates = Candidates(tiles, scores)
    repeats = 12
    rows = np.repeat(np.arange(400), 20 * repeats)
    columns = (tiles[:, :, np.newaxis] * repeats + np.arange(repeats)).ravel()
    costs = (10 - scores[:, :, np.newaxis] + penalty * np.arange(repeats)).ravel()
    table = csr_array((costs, (rows, columns)), shape=(400, 200 * repeats))
    best = 4000 - table[min_weight_full_bipartite_matching(table)].sum()
    wishes = Wishes(max_uses=repeats)
    optimal, improved = (
        case.place(method, wishes, penalty=penalty, candidates=candidates)
        for method in ("optimal", "improved")
    )
    assert optimal.objective == pytest.approx(best, abs=1e-3)
    assert 0.99 * best <= improved.objective <= best + 1e-3
    assert improved.gap < 0.02
