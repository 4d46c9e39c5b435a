import numpy as np
import pytest
from scipy.spatial import cKDTree
from skimage.metrics import structural_similarity

from engine.errors import BadSetting
from engine.match import CLASSIC, EXHAUSTIVE, MATCHERS, matcher_named
from engine.types import silent


def test_matchers_are_listed_by_name_with_a_sentence():
    assert list(MATCHERS) == ["perceptual", "classic", "exhaustive"]
    assert all(matcher.name == name for name, matcher in MATCHERS.items())
    assert all(matcher.sentence.endswith(".") for matcher in MATCHERS.values())


def test_an_unknown_matcher_is_named():
    with pytest.raises(
        BadSetting, match="called 'best'. Choose one of: perceptual, classic, exhaustive"
    ):
        matcher_named("best")


def test_classic_looks_at_the_nearest_mean_colours(index):
    cells = index.thumbs[::100] // 2 + 60
    found = CLASSIC.find(cells, index, 40, silent)
    means = index.thumbs.reshape(-1, 25, 3).mean(axis=1)
    distances, _ = cKDTree(means).query(cells.reshape(-1, 25, 3).mean(axis=1), k=40)
    ours = np.linalg.norm(means[found.tiles] - cells.reshape(-1, 1, 25, 3).mean(axis=2), axis=2)
    assert np.allclose(ours, distances)


def test_classic_scores_with_ssim(index):
    cells = index.thumbs[:3] // 2
    found = CLASSIC.find(cells, index, 4, silent)
    for cell, tiles, scores in zip(cells, found.tiles, found.scores, strict=True):
        for tile, score in zip(tiles, scores, strict=True):
            theirs = structural_similarity(
                cell, index.thumbs[tile], channel_axis=2, data_range=255, win_size=3
            )
            assert score == pytest.approx(theirs, abs=1e-6)


def test_exhaustive_scores_fall_with_the_distance(index):
    cells = index.thumbs[5:9] // 2
    found = EXHAUSTIVE.find(cells, index, 30, silent)
    wide = (cells[:, np.newaxis].astype(int) - index.thumbs[found.tiles]) ** 2
    distances = np.sqrt(wide.sum(axis=(2, 3, 4)) / 75) / 255
    assert np.allclose(found.scores, -distances, atol=1e-6)
    assert (np.diff(found.scores, axis=1) <= 0).all()


@pytest.mark.parametrize("name", MATCHERS)
def test_a_set_smaller_than_k_gives_all_its_tiles(name, index):
    few = type(index).build(index.thumbs[:3])
    found = MATCHERS[name].find(index.thumbs[:5], few, 100, silent)
    assert found.tiles.dtype == np.int32
    assert (np.sort(found.tiles, axis=1) == [0, 1, 2]).all()


@pytest.mark.parametrize("name", MATCHERS)
def test_a_set_of_one_tile_will_do(name, index):
    one = type(index).build(index.thumbs[:1])
    assert not MATCHERS[name].find(index.thumbs[:5], one, 100, silent).tiles.any()


@pytest.mark.parametrize("mirrors", [False, True])
@pytest.mark.parametrize("name", MATCHERS)
def test_tiles_found_among_some_score_as_if_they_were_found_among_all(name, mirrors, index):
    few = type(index).build(index.thumbs[:90])
    cells, which, allowed = index.thumbs[200:212], np.array([3, 7, 8]), np.zeros(90, bool)
    allowed[5:85:2] = True
    among = MATCHERS[name].find_among(cells, which, few, 60, allowed, mirrors=mirrors)
    every = MATCHERS[name].find(cells, few, 180, silent, mirrors=mirrors)
    known = scores_of(every, np.arange(12))
    found = scores_of(among, which)
    sides = {False, True} if mirrors else {False}
    numbers = set(np.flatnonzero(allowed).tolist())
    assert set(found) == {(c, t, m) for c in which.tolist() for t in numbers for m in sides}
    for key, score in found.items():
        assert score == pytest.approx(known.get(key, score), abs=2e-4)
    assert len(known.keys() & found.keys()) >= 60


def scores_of(found, cells):
    """(cell, tile, mirrored) to score."""
    turned = np.zeros(found.tiles.shape, bool) if found.mirrored is None else found.mirrored
    rows = zip(cells.tolist(), found.tiles.tolist(), turned.tolist(), found.scores, strict=True)
    return {
        (cell, tile, side): score
        for cell, tiles, sides, scores in rows
        for tile, side, score in zip(tiles, sides, scores, strict=True)
    }


@pytest.mark.parametrize("name", MATCHERS)
def test_the_nearest_are_found_among_some_by_their_pixels(name, index):
    cells, allowed = index.thumbs[:40] // 2 + 50, np.zeros(len(index), bool)
    allowed[100:700] = True
    which = np.array([0, 13, 39])
    among = MATCHERS[name].find_among(cells, which, index, 7, allowed)
    wide = (cells[which][:, np.newaxis].astype(int) - index.thumbs[100:700]) ** 2
    nearest = 100 + np.argsort(wide.sum(axis=(2, 3, 4)), axis=1, kind="stable")[:, :7]
    assert (np.sort(among.tiles, axis=1) == np.sort(nearest, axis=1)).all()
