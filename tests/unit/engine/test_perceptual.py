import numpy as np
import pytest
from skimage.color import deltaE_ciede2000, rgb2lab
from skimage.metrics import structural_similarity

from engine.build import make_plan
from engine.color import lab
from engine.far import OWN
from engine.index import Index
from engine.match import PERCEPTUAL
from engine.perceptual import (
    COLOR,
    DARK,
    DARK_CURVE,
    FAR_COLOR,
    FLAT,
    FLAT_CURVE,
    GAIN,
    LEVEL,
    SQUARES,
    cell_weights,
    color_metric,
)
from engine.ssim import C1, C2
from engine.types import Settings, silent


def similarity(cell, tile):
    return structural_similarity(cell, tile, channel_axis=2, data_range=255, win_size=3)


def slow_score(cell, tile, weight):
    """The definition: SSIM less a colour term less squared differences, times the weight of the cell."""
    means = [lab(np.rint(x.mean(axis=(0, 1)) - 1e-9).astype(np.uint8)) for x in (cell, tile)]
    step = color_metric(means[0][np.newaxis])[0] @ (means[1] - means[0])
    squares = ((cell.astype(float) - tile) ** 2).mean()
    loss = (COLOR + FAR_COLOR * OWN) * (step @ step) + SQUARES * squares
    return (similarity(cell, tile) - loss) * weight


@pytest.mark.parametrize("mirrors", [False, True])
def test_scores_are_the_definition(index, mirrors):
    cells = index.thumbs[5:900:100] // 2 + 40
    found = PERCEPTUAL.find(cells, index, 70, silent, mirrors=mirrors)
    assert found.tiles.shape == (len(cells), 70)
    for cell, weight, tiles, scores, turned in zip(
        cells,
        cell_weights(cells),
        found.tiles,
        found.scores,
        found.mirrored if mirrors else np.zeros_like(found.tiles, bool),
        strict=True,
    ):
        shown = [index.thumbs[t][:, ::-1] if m else index.thumbs[t] for t, m in zip(tiles, turned)]  # noqa: B905
        slow = [slow_score(cell, tile, weight) for tile in shown]
        assert np.allclose(scores, slow, rtol=2e-3, atol=2e-3)


def test_the_best_of_all_tiles_are_found_where_all_are_compared(real_thumbs):
    few, cells = Index.build(real_thumbs[:130]), real_thumbs[1000:1020]
    found = PERCEPTUAL.find(cells, few, 130, silent)
    weights = cell_weights(cells)
    for cell, weight, scores in zip(cells, weights, found.scores, strict=True):
        slow = np.sort([slow_score(cell, tile, weight) for tile in few.thumbs])[::-1]
        assert np.allclose(scores, slow, rtol=2e-3, atol=2e-3)


def test_candidates_come_best_first_with_their_colour_errors(index):
    cells = index.thumbs[::200] // 2 + 30
    found = PERCEPTUAL.find(cells, index, 50, silent, mirrors=True)
    assert (np.diff(found.scores, axis=1) <= 0).all()
    assert found.mirrored.any()
    assert not found.mirrored.all()
    means = index.thumbs.mean(axis=(1, 2))[found.tiles] / 255
    own = np.broadcast_to((cells.mean(axis=(1, 2)) / 255)[:, np.newaxis], means.shape)
    exact = deltaE_ciede2000(rgb2lab(own), rgb2lab(means))
    lengths = np.linalg.norm(found.errors.steps, axis=0)
    near = exact < 3
    assert near.any()
    assert np.abs(lengths - exact)[near].mean() < 0.4


def test_a_metric_tells_small_differences_of_colour():
    rng = np.random.default_rng(3)
    colors = lab(rng.integers(20, 236, (300, 3)).astype(np.uint8))
    steps = rng.normal(0, 1, colors.shape).astype(np.float32)
    lengths = np.linalg.norm(np.einsum("nij,nj->ni", color_metric(colors), steps), axis=1)
    exact = deltaE_ciede2000(colors, colors + steps)
    assert np.median(np.abs(lengths / exact - 1)) < 0.05


def test_flat_and_dark_cells_weigh_more():
    rng = np.random.default_rng(1)
    lively = rng.integers(60, 200, (5, 5, 3))
    cells = np.stack([np.full((5, 5, 3), 2), np.full((5, 5, 3), 150), lively]).astype(np.uint8)
    dark, flat, other = cell_weights(cells)
    assert dark > flat > other > 0


@pytest.mark.parametrize("count", [1, 2, 5, 130])
def test_small_sets_make_mosaics(photo, real_thumbs, count):
    settings = Settings("perceptual", mirrors=True)
    plan = make_plan(photo, Index.build(real_thumbs[:count]), settings)
    assert set(np.unique(plan.assignment)) <= set(range(count))
    assert np.isfinite(plan.scores).all()
    assert plan.mirrored.shape == plan.assignment.shape


def test_without_mirrors_nothing_is_mirrored(photo, index):
    plan = make_plan(photo, index, Settings("perceptual", mirrors=False))
    assert plan.mirrored is None


def test_the_plan_s_scores_are_those_of_tiles_as_shown(photo, index):
    plan = make_plan(photo, index, Settings("perceptual", mirrors=True))
    cells = plan.grid.thumbs(photo)
    weights = cell_weights(cells)
    assert plan.mirrored.any()
    for i in range(0, len(cells), 97):
        tile = index.thumbs[plan.assignment[i]]
        shown = tile[:, ::-1] if plan.mirrored[i] else tile
        assert plan.scores[i] == pytest.approx(slow_score(cells[i], shown, weights[i]), abs=5e-3)


def test_classic_may_mirror_where_it_is_asked_to(photo, index):
    plain = make_plan(photo, index, Settings("classic", 0.0))
    turned = make_plan(photo, index, Settings("classic", 0.0, mirrors=True))
    assert plain.mirrored is None
    assert (turned.scores >= plain.scores).all()
    assert turned.scores.mean() > plain.scores.mean()
    cells = turned.grid.thumbs(photo)
    for i in range(0, len(cells), 97):
        tile = index.thumbs[turned.assignment[i]]
        shown = tile[:, ::-1] if turned.mirrored[i] else tile
        assert turned.scores[i] == pytest.approx(similarity(cells[i], shown), abs=1e-5)


def test_it_is_more_like_the_photo_than_classic(photo, index):
    cells = make_plan(photo, index, Settings("classic")).grid.thumbs(photo)

    def likeness(matcher):
        plan = make_plan(photo, index, Settings(matcher, mirrors=False))
        tiles = index.thumbs[plan.assignment]
        return np.mean([similarity(*pair) for pair in zip(cells, tiles, strict=True)])

    assert likeness("perceptual") > likeness("classic")


def test_cells_weigh_the_same_as_by_windows_one_by_one(real_thumbs):
    """The slow way: mean and sample variance of each window of 3 x 3."""
    cells = real_thumbs[::30]
    windows = np.lib.stride_tricks.sliding_window_view(cells.astype(float), (3, 3), axis=(1, 2))
    mean, variance = windows.mean(axis=(-1, -2)), windows.var(axis=(-1, -2), ddof=1)
    flatness = C2 / (2 * variance + C2)
    darkness = (C1 / (2 * mean**2 + C1) * flatness).mean(axis=(1, 2, 3))
    gain = 1 + FLAT * flatness.mean(axis=(1, 2, 3)) ** FLAT_CURVE
    gain *= 1 + DARK * darkness**DARK_CURVE
    assert np.allclose(cell_weights(cells), GAIN * gain / gain.mean() ** LEVEL, rtol=1e-5)
