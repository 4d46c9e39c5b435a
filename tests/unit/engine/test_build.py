from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial import cKDTree
from skimage.metrics import structural_similarity

from engine import build
from engine.build import make_plan
from engine.errors import BadSetting, PhotoTooSmall
from engine.grid import Grid
from engine.match import EXHAUSTIVE
from engine.types import Settings
from engine.wishes import Wishes

ORDER = [
    "Looking at the photo",
    "Finding candidates",
    "Comparing tiles",
    "Looking further where tiles run out",
    "Placing tiles",
]


def slow_classic(photo, index, penalty, k):
    """The KD-tree version as a loop over cells: query, compare with scikit-image, take, count the use."""
    tree = cKDTree(index.thumbs.reshape(-1, 25, 3).mean(axis=1))
    uses = np.zeros(len(index))
    chosen = []
    for cell in Grid.fit(photo.shape[1], photo.shape[0]).thumbs(photo):
        _, tiles = tree.query(cell.reshape(25, 3).mean(axis=0), k=k)
        values = [
            structural_similarity(
                cell, index.thumbs[tile], channel_axis=2, data_range=255, win_size=3
            )
            - uses[tile] * penalty
            for tile in tiles
        ]
        chosen.append(int(tiles[np.argmax(values)]))
        uses[chosen[-1]] += 1
    return np.array(chosen)


def slow_exhaustive(photo, index):
    """The original: the tile with the least sum of squared differences, the first of equals."""
    thumbs = index.thumbs.astype(int)
    cells = Grid.fit(photo.shape[1], photo.shape[0]).thumbs(photo).astype(int)
    return np.array([((thumbs - cell) ** 2).sum(axis=(1, 2, 3)).argmin() for cell in cells])


def test_classic_is_the_slow_loop(photo, index):
    small = np.ascontiguousarray(photo[60:140, 80:200])
    plan = make_plan(small, index, Settings("classic", 0.05, k=20))
    assert (plan.assignment == slow_classic(small, index, 0.05, 20)).all()


def test_exhaustive_is_the_slow_loop(photo, index):
    plan = make_plan(photo, index, Settings("exhaustive", 0.0))
    assert (plan.assignment == slow_exhaustive(photo, index)).all()


@pytest.mark.parametrize("matcher", ["perceptual", "classic", "exhaustive"])
def test_the_penalty_spreads_the_tiles(photo, index, matcher):
    distinct = [
        len(np.unique(make_plan(photo, index, Settings(matcher, penalty)).assignment))
        for penalty in (0.0, 0.05, 0.5)
    ]
    assert distinct[0] < distinct[1] <= distinct[2]


def test_without_a_penalty_one_candidate_is_enough_where_they_come_in_order(
    photo, index, monkeypatch
):
    asked = []

    def candidates(cells, index, k, progress):
        asked.append(k)
        return EXHAUSTIVE.candidates(cells, index, k, progress)

    monkeypatch.setattr(
        build, "matcher_named", lambda _: replace(EXHAUSTIVE, candidates=candidates)
    )
    make_plan(photo, index, Settings("exhaustive", 0.0))
    make_plan(photo, index, Settings("exhaustive", 0.0), wishes=Wishes())
    make_plan(photo, index, Settings("exhaustive", 0.0), wishes=Wishes(max_uses=500))
    make_plan(photo, index, Settings("exhaustive", 0.1))
    assert asked == [1, 1, 100, 100]


def test_the_same_input_gives_the_same_plan(photo, index):
    first, second = (make_plan(photo, index, Settings(), cells_across=30) for _ in range(2))
    assert first.grid == second.grid == Grid.fit(300, 200, 30)
    assert (first.assignment == second.assignment).all()


def test_stages_are_told_in_order(photo, index):
    seen = []
    make_plan(photo, index, Settings(), progress=lambda stage, share: seen.append((stage, share)))
    assert list(dict.fromkeys(stage for stage, _ in seen)) == ORDER
    assert all(0 < share <= 1 for _, share in seen)
    assert seen == sorted(seen, key=lambda one: ORDER.index(one[0]))


def told(photo, index, matcher):
    stages = []
    make_plan(photo, index, Settings(matcher), progress=lambda stage, _: stages.append(stage))
    return stages


@pytest.mark.parametrize("stage", ORDER)
@pytest.mark.parametrize("matcher", ["perceptual", "classic", "exhaustive"])
def test_a_mosaic_can_be_cancelled_at_every_stage(photo, index, matcher, stage):
    def cancel(now, share):
        if now == stage:
            raise InterruptedError

    if stage in told(photo, index, matcher):
        with pytest.raises(InterruptedError):
            make_plan(photo, index, Settings(matcher), progress=cancel)
    else:
        assert (matcher, stage) in {("classic", ORDER[3]), ("exhaustive", ORDER[3])}


def test_a_wrong_matcher_is_named_before_any_work(photo, index):
    with pytest.raises(BadSetting, match="no matcher called"):
        make_plan(photo, index, Settings("nearest"), progress=pytest.fail)


def test_a_photo_smaller_than_its_grid_is_named(photo, index):
    with pytest.raises(PhotoTooSmall, match="100 px wide: too small for 200 cells"):
        make_plan(np.ascontiguousarray(photo[:, :100]), index, Settings(), cells_across=200)
