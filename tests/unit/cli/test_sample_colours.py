"""Which colours photographs need, and grading tiles into them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from skimage.color import rgb2lab

from cli.sample.colors import lab_of, mean_labs
from cli.sample.gaps import REACH, fill_gaps
from cli.sample.grade import grade
from cli.sample.need import BOX, Region, count, coverage, gamut, middle_of, wanted
from cli.sample.sources import SOURCES
from cli.sample.spread import spread

COFFEE = SOURCES[0].read()
A_TILE = COFFEE[100:228, 40:168]
TARGETS = [(70, 18, 20), (30, 5, 15), (50, 0, 0), (60, -5, -20), (75, 3, 8)]


def random_thumbs(n, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (n, 5, 5, 3), dtype=np.uint8)


def test_lab_is_that_of_scikit_image():
    thumbs = random_thumbs(200)
    # OpenCV reads its float curves from tables.
    assert np.abs(lab_of(thumbs) - rgb2lab(thumbs)).max() < 0.5


def test_every_srgb_colour_lies_in_the_gamut():
    colours = random_thumbs(400).reshape(-1, 3)
    # The border is sampled at every fifth level: one in a few hundred may fall just beside it.
    assert count(lab_of(colours)).sum() >= len(colours) * 0.995


def test_colours_that_no_screen_shows_are_not_counted():
    assert count(np.array([[50, 127, 127], [0, -128, 0]], np.float32)).sum() == 0


def test_each_box_counts_its_own_middle():
    assert (count(middle_of(gamut())) == 1).all()


def test_a_region_needs_most_at_its_centre():
    region = Region("sky", 10, light=(60, 20), chroma=(30, 10), hue=(270, 30))
    centre, darker, green = region.need(np.array([[60, 0, -30], [30, 0, -30], [60, -30, 0]], "f4"))
    assert centre == pytest.approx(10, rel=1e-4)
    assert darker < centre
    assert green < 0.01


def test_hue_goes_round():
    region = Region("red", 1, hue=(350, 15))
    at_340, at_0 = region.need(
        np.array([[50, 30 * np.cos(a), 30 * np.sin(a)] for a in np.radians([340, 0])], "f4")
    )
    assert at_340 == pytest.approx(at_0, rel=1e-4)


def test_coverage_is_whole_with_all_that_is_wanted_and_no_more_with_more():
    middles = np.repeat(middle_of(gamut()), wanted(), axis=0)
    assert coverage(middles) == 1
    assert coverage(np.concatenate([middles, middles])) == 1
    assert 0.4 < coverage(middles[::2]) < 0.6
    assert coverage(np.empty((0, 3), np.float32)) == 0


@pytest.mark.parametrize("target", TARGETS)
def test_grading_reaches_the_colour(target):
    graded = grade(A_TILE, target)
    assert np.abs(mean_labs(graded[None])[0] - target).max() < 2.5


@pytest.mark.parametrize("target", TARGETS)
def test_grading_keeps_black_and_white(target):
    picture = A_TILE.copy()
    picture[:8], picture[8:16] = 0, 255
    graded = grade(picture, target)
    assert graded[:8].max() <= 2
    assert graded[8:16].min() >= 250


def test_grading_keeps_the_order_of_lightness():
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2)
    light = lab_of(grade(ramp, (70, 10, 10)))[0, :, 0]
    assert (np.diff(light) > -1.5).all()
    assert light[0] < 1
    assert light[-1] > 99


def test_spread_takes_the_farthest_each_time():
    points = np.array([[0], [1], [10], [5]], np.float32)
    assert spread(points, 4) == [0, 2, 3, 1]


def test_spread_takes_no_copy():
    assert spread(np.zeros((5, 2), np.float32), 3) == [0]


@given(st.integers(1, 30), st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_spread_never_repeats_itself(n, wanted_count, seed):
    points = np.random.default_rng(seed).normal(size=(n, 3)).astype(np.float32)
    chosen = spread(points, wanted_count)
    assert len(set(chosen)) == len(chosen) == min(n, wanted_count)


def test_variants_lie_in_boxes_that_were_short_and_near_their_cut():
    thumbs = random_thumbs(300) // 4 + np.random.default_rng(1).integers(
        0, 190, (300, 1, 1, 3), dtype=np.uint8
    )
    short = np.maximum(wanted() - count(mean_labs(thumbs[:100])), 0)
    variants = fill_gaps(thumbs, 100)
    made = count(np.array([variant.lab for variant in variants], np.float32))
    # A colour at the very border of two boxes may be counted next door after rounding.
    assert np.maximum(made - short, 0).sum() <= len(variants) * 0.001
    off = np.array([v.lab for v in variants]) - mean_labs(thumbs)[[v.cut for v in variants]]
    assert (np.abs(off).max(axis=0) <= REACH + BOX / 2).all()
    assert 0.4 < np.mean([variant.mirrored for variant in variants]) < 0.6


def test_a_colour_that_no_cut_is_near_stays_a_gap():
    blacks = np.zeros((10, 5, 5, 3), np.uint8)
    lights = [variant.lab[0] for variant in fill_gaps(blacks, 10)]
    assert max(lights) <= REACH[0] + BOX
