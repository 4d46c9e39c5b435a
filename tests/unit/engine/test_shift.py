from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from skimage.color import lab2rgb, rgb2lab

from engine.build import make_plan
from engine.color import color_difference, lab
from engine.grid import Grid
from engine.quality import receipt
from engine.shift import cell_colors, shifted
from engine.types import Settings

TILES = st.integers(1, 4).flatmap(lambda n: arrays(np.uint8, (n, 5, 5, 3)))
SHARES = st.floats(0, 1)


def steps(tiles, colors, share):
    """What is asked of each tile: (n, 3) in Lab."""
    return share * (rgb2lab(colors) - rgb2lab(tiles).mean(axis=(1, 2)))


@pytest.fixture(scope="module")
def soft(real_thumbs):
    """Real thumbs without strong colours: whatever they move to can be shown."""
    return (real_thumbs[::5] // 4 + 96).astype(np.uint8)


@pytest.fixture(scope="module")
def other_colors(soft):
    return cell_colors(np.random.default_rng(0).permutation(soft))


@pytest.mark.parametrize("share", [0.1, 0.5, 1.0])
def test_every_pixel_moves_by_the_share_of_the_way(soft, other_colors, share):
    """The reference: plain addition in scikit-image's Lab, for tiles that stay well inside its range."""
    step = steps(soft, other_colors, share)
    expected = lab2rgb(rgb2lab(soft) + step[:, np.newaxis, np.newaxis]) * 255
    near = np.linalg.norm(step, axis=1) < 6
    assert near.sum() > 40
    difference = np.abs(shifted(soft, other_colors, share) - expected)[near]
    assert difference.mean() < 0.4
    assert np.percentile(difference, 99) < 2


def test_no_share_is_no_change(soft, other_colors):
    assert np.array_equal(shifted(soft, other_colors, 0), soft)


@settings(deadline=None)
@given(TILES, st.floats(0.01, 1))
def test_a_tile_of_the_right_color_stays(tiles, share):
    own = cell_colors(tiles)
    grey = np.broadcast_to(own[:, np.newaxis, np.newaxis], tiles.shape)
    assert np.abs(shifted(grey.copy(), own, share).astype(int) - grey).max() <= 1


@settings(max_examples=200, deadline=None)
@given(TILES, st.data(), SHARES)
def test_the_mean_comes_nearer_by_the_share(tiles, data, share):
    """Lightness always arrives; vividness only as far as sRGB goes."""
    colors = data.draw(arrays(np.uint8, (len(tiles), 3)))
    before, asked = rgb2lab(tiles).mean(axis=(1, 2)), steps(tiles, colors, share)
    moved = rgb2lab(shifted(tiles, colors, share)).mean(axis=(1, 2)) - before
    assert np.abs(moved[:, 0] - asked[:, 0]).max() < 2 + 0.12 * np.abs(asked[:, 0]).max()


@settings(max_examples=200, deadline=None)
@given(TILES, st.data(), SHARES)
def test_lighter_pixels_stay_lighter(tiles, data, share):
    colors = data.draw(arrays(np.uint8, (len(tiles), 3)))
    before = lab(tiles)[..., 0].reshape(len(tiles), -1)
    after = lab(shifted(tiles, colors, share))[..., 0].reshape(len(tiles), -1)
    in_order = np.take_along_axis(after, before.argsort(axis=1), axis=1)
    # One step of 8 bits is up to 1.2 of L in the dark.
    assert (np.maximum.accumulate(in_order, axis=1) - in_order).max() < 1.3


@pytest.mark.parametrize("end", [0, 255])
def test_highlights_and_shadows_do_not_become_flat(end):
    """A ramp taken all the way to nearly black or white keeps all its steps apart where adding would cut off half."""
    ramp = np.repeat(np.arange(60, 196, 6, dtype=np.uint8), 3).reshape(1, 1, -1, 3)
    target = np.full((1, 3), abs(end - 30), np.uint8)
    steps_left = np.unique(shifted(ramp, target, 1.0)[0, 0, :, 0])
    added = lab2rgb(rgb2lab(ramp) + steps(ramp, target, 1.0)[:, np.newaxis, np.newaxis])
    assert len(steps_left) == ramp.shape[2]
    assert len(np.unique((added * 255).round())) < len(steps_left)


def test_each_tile_is_shifted_for_itself(real_thumbs):
    tiles, colors = real_thumbs[:40], cell_colors(real_thumbs[40:80])
    together = shifted(tiles, colors, 0.6)
    alone = [shifted(tiles[i : i + 1], colors[i : i + 1], 0.6)[0] for i in range(40)]
    assert np.array_equal(together, np.stack(alone))


def test_thumbs_tell_of_the_tiles(real_thumbs):
    """A tile that is shifted and then made small has the colours of its thumb that was shifted."""
    tiles = real_thumbs[:100].repeat(10, axis=1).repeat(10, axis=2)
    colors = cell_colors(real_thumbs[100:200])
    small = shifted(tiles, colors, 0.5)[:, 5::10, 5::10]
    assert np.abs(small.astype(int) - shifted(real_thumbs[:100], colors, 0.5)).max() <= 1


def test_cell_colors_are_means(real_thumbs):
    means = real_thumbs[:9].reshape(9, 25, 3).astype(float).mean(axis=1)
    assert np.abs(cell_colors(real_thumbs[:9]) - means).max() <= 0.5


@pytest.mark.parametrize("matcher", ["perceptual", "classic", "exhaustive"])
def test_a_shift_is_asked_for_or_the_matchers_own(photo, index, matcher):
    """Only `perceptual` shifts where nobody asks."""
    own = {"perceptual": 0.2, "classic": 0, "exhaustive": 0}[matcher]
    cells = Grid.fit(300, 200).thumbs(photo)
    for asked, expected in ((None, own), (0.0, 0), (0.7, 0.7)):
        plan = make_plan(photo, index, Settings(matcher, shift=asked))
        assert plan.shift == expected
        if expected:
            assert np.array_equal(plan.colors, cell_colors(cells))


def test_the_default_takes_from_the_color_error_and_not_from_likeness(photo, index):
    """Why 0.2 is the default: a good part less colour error from afar, no cell less like its part of the photo."""
    plan = make_plan(photo, index, Settings("perceptual"))
    cells = plan.grid.thumbs(photo)
    shifting, still = (receipt(p, cells, index) for p in (plan, replace(plan, shift=0.0)))
    assert shifting.far_color_error < 0.85 * still.far_color_error
    assert shifting.far_ssim > still.far_ssim
    assert shifting.ssim_mean > still.ssim_mean - 0.002
    tiles = index.thumbs[plan.assignment]
    seen = color_difference(lab(tiles), lab(shifted(tiles, plan.colors, plan.shift)))
    assert seen.mean() < 2.5
