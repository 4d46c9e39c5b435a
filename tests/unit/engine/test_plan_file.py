import gzip
import json

import numpy as np
import pytest

from engine import plan_file
from engine.errors import TileUnreadable, Unreadable
from engine.grid import Grid
from engine.types import Plan

NUMBERS = np.array([3, 4, 9, 12, 200_000])


@pytest.fixture
def plan():
    grid = Grid.fit(600, 399, 6)
    rng = np.random.default_rng(7)
    return Plan(
        grid,
        rng.integers(0, len(NUMBERS), grid.cells).astype(np.int32),
        rng.random(grid.cells).astype(np.float32),
        rng.random(grid.cells) < 0.3,
        0.25,
        rng.integers(0, 256, (grid.cells, 3)).astype(np.uint8),
    )


def written(plan, **settings):
    return plan_file.written(plan, NUMBERS, photo=(600, 399), settings=settings)


def changed(body, **values):
    return gzip.compress(json.dumps(json.loads(gzip.decompress(body)) | values).encode())


def test_what_draws_the_mosaic_comes_back_exactly(plan):
    kept = plan_file.read(written(plan, penalty=0.05, mirrors=None))
    assert (kept.photo, kept.settings) == ((600, 399), {"penalty": 0.05, "mirrors": None})
    again = kept.in_index(NUMBERS)
    assert (again.grid, again.shift) == (plan.grid, plan.shift)
    for one, other in (
        (again.assignment, plan.assignment),
        (again.mirrored, plan.mirrored),
        (again.colors, plan.colors),
    ):
        assert one.dtype == other.dtype
        np.testing.assert_array_equal(one, other)
    np.testing.assert_allclose(again.scores, plan.scores, atol=5e-5)


def test_tiles_keep_their_numbers_when_rows_of_the_index_move(plan):
    kept = plan_file.read(written(plan))
    np.testing.assert_array_equal(kept.plan.assignment, NUMBERS[plan.assignment])
    more = np.array([0, 3, 4, 5, 9, 12, 77, 200_000])
    np.testing.assert_array_equal(more[kept.in_index(more).assignment], kept.plan.assignment)


@pytest.mark.parametrize("left", [NUMBERS[1:], NUMBERS[:-2], NUMBERS[:0]])
def test_tiles_that_are_gone_are_counted(plan, left):
    kept = plan_file.read(written(plan))
    with pytest.raises(TileUnreadable, match=f"^{len(NUMBERS) - len(left)} of this mosaic's tiles"):
        kept.in_index(left)


def test_a_plain_plan_stays_plain(plan):
    plain = Plan(plan.grid, plan.assignment, np.full(plan.grid.cells, np.nan, np.float32))
    kept = plan_file.read(written(plain)).plan
    assert (kept.mirrored, kept.shift, kept.colors) == (None, 0.0, None)
    assert np.isnan(kept.scores).all()


def test_the_same_plan_gives_the_same_bytes(plan):
    assert written(plan) == written(plan)


@pytest.mark.parametrize(
    "values",
    [
        {"format": "other"},
        {"version": 2},
        {"tiles": [1]},
        {"scores": "none"},
        {"grid": {"cols": 6}},
        {"colors": "ff"},
        {"mirrored": [10**9]},
    ],
)
def test_what_is_no_plan_of_ours_is_said_to_be_none(plan, values):
    with pytest.raises(Unreadable, match="not a plan"):
        plan_file.read(changed(written(plan), **values))


@pytest.mark.parametrize(
    "body", [b"", b"{}", gzip.compress(b"[]", mtime=0), gzip.compress(b"{}", mtime=0)[:-9]]
)
def test_nor_is_anything_else(body):
    with pytest.raises(Unreadable, match="not a plan"):
        plan_file.read(body)
