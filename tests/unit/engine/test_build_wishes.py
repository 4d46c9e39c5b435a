"""Plans of real thumbs under wishes, by each matcher and each way to place."""

import numpy as np
import pytest

from engine.build import find, make_plan
from engine.errors import BadSetting
from engine.index import Index
from engine.match import MATCHERS
from engine.types import Settings
from engine.wishes import Wishes
from tests.unit.engine.place_cases import METHOD_NAMES

ACROSS, CELLS = 20, 260

every_way = pytest.mark.parametrize(
    ("matcher", "placement"), [(m, p) for m in MATCHERS for p in METHOD_NAMES]
)


@pytest.fixture(scope="module")
def few(real_thumbs):
    """As many tiles as half of the cells."""
    return Index.build(real_thumbs[:: len(real_thumbs) // (CELLS // 2)][: CELLS // 2])


def planned(photo, index, matcher, placement, **wishes):
    settings = Settings(matcher, 0.05, k=20, mirrors=True, placement=placement)
    plan = make_plan(photo, index, settings, wishes=Wishes(**wishes), cells_across=ACROSS)
    assert len(plan.assignment) == CELLS
    return plan


@every_way
def test_bans_and_pins_hold_and_pins_are_turned_as_suits_them(photo, index, matcher, placement):
    free = planned(photo, index, matcher, placement)
    favourites = np.argsort(-np.bincount(free.assignment))[:5].tolist()
    stranger = int(np.setdiff1d(np.arange(len(index)), free.assignment)[0])
    pins = {0: stranger, 119: stranger, 259: stranger + 1}
    plan = planned(photo, index, matcher, placement, bans=frozenset(favourites), pins=pins)
    assert not np.isin(plan.assignment, favourites).any()
    assert {cell: plan.assignment[cell] for cell in pins} == pins
    match = find(photo, index, Settings(matcher, mirrors=True), cells_across=ACROSS)
    for cell, tile in pins.items():
        only = np.zeros(len(index), bool)
        only[tile] = True
        sides = match.matcher.find_among(
            match.cells, np.array([cell]), index, 1, only, mirrors=True
        )
        side = sides.mirrored[0].tolist().index(plan.mirrored[cell])
        assert plan.scores[cell] == pytest.approx(sides.scores[0, side], abs=1e-6)


@every_way
def test_a_set_just_large_enough_covers_the_grid(photo, few, matcher, placement):
    plan = planned(photo, few, matcher, placement, max_uses=2)
    assert (np.bincount(plan.assignment) == 2).all()


@every_way
def test_every_tile_of_a_small_set_shows(photo, few, matcher, placement):
    plan = planned(photo, few, matcher, placement, use_all=True)
    assert len(np.unique(plan.assignment)) == len(few)


@every_way
def test_no_tile_is_near_its_twin(photo, few, matcher, placement):
    plan = planned(photo, few, matcher, placement, min_distance=3)
    grid = plan.assignment.reshape(plan.grid.rows, plan.grid.cols)
    for (y, x), tile in np.ndenumerate(grid):
        near = grid[max(0, y - 3) : y + 4, max(0, x - 3) : x + 4]
        assert np.count_nonzero(near == tile) == 1


@every_way
def test_all_wishes_at_once(photo, few, matcher, placement):
    families = np.arange(len(few), dtype=np.int32) // 2
    pins, bans = {7: 11, 200: 10}, frozenset([0, 1, 50])
    plan = planned(
        photo, few, matcher, placement,
        max_uses=5, min_distance=2, use_all=True, families=families, bans=bans, pins=pins,
    )  # fmt: skip
    held = families[plan.assignment]
    assert set(held.tolist()) == set(range(1, len(few) // 2))
    assert np.bincount(held).max() <= 5
    assert not set(plan.assignment.tolist()) & bans
    assert {cell: plan.assignment[cell] for cell in pins} == pins


def test_one_match_serves_any_wishes(photo, few):
    settings = Settings(mirrors=True, k=20)
    match = find(photo, few, settings, cells_across=ACROSS)
    free = match.plan(settings)
    apart = match.plan(settings, wishes=Wishes(min_distance=4, max_uses=3))
    assert np.bincount(apart.assignment).max() == 3
    again = match.plan(settings)
    assert (again.assignment == free.assignment).all()
    assert again.objective == free.objective > apart.objective


def test_impossible_wishes_reach_the_caller(photo, few):
    with pytest.raises(BadSetting, match="130 tiles at 1 use cannot cover 260 cells: allow 2 uses"):
        make_plan(photo, few, Settings(), wishes=Wishes(max_uses=1), cells_across=ACROSS)
