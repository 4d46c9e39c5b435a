"""Cutting photographs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from cli.sample.cuts import BLANK, SCALES, choose_cuts, lattice, window_detail, window_thumbs
from cli.sample.sources import SOURCES

COFFEE = SOURCES[0].read()


@given(st.integers(64, 1500), st.integers(64, 1500))
def test_windows_lie_inside_and_reach_all_edges(width, height):
    x, y, side = lattice(width, height).T
    assert min(x.min(), y.min()) == 0
    # What is left over is less than half a step of the smallest scale.
    assert width - min(SCALES) // 8 <= (x + side).max() <= width
    assert height - min(SCALES) // 8 <= (y + side).max() <= height
    assert set(side) == {scale for scale in SCALES if scale <= min(width, height)}


def test_windows_overlap():
    windows = lattice(600, 400)
    small = windows[windows[:, 2] == 96]
    assert np.diff(np.unique(small[:, 0])).max() <= 48


def test_thumbs_are_box_means():
    windows = np.array([[0, 0, 100], [37, 11, 250], [500, 300, 100]])
    for (x, y, side), thumb in zip(windows, window_thumbs(COFFEE, windows), strict=True):
        window = Image.fromarray(COFFEE[y : y + side, x : x + side])
        small = np.asarray(window.resize((5, 5), Image.Resampling.BOX), np.int64)
        assert np.abs(small - thumb).max() <= 1


def test_detail_is_what_the_thumb_does_not_show():
    picture = np.zeros((100, 300, 3), np.uint8)
    picture[:, 100:200] = np.repeat([10, 60, 110, 160, 210], 20)[None, :, None]
    picture[:, 200:] = np.where(np.indices((100, 100)).sum(axis=0) % 2, 90, 110)[..., None]
    windows = np.array([[0, 0, 100], [100, 0, 100], [200, 0, 100]])
    assert window_detail(picture, windows) == pytest.approx([0, 0, 10], abs=0.01)


def test_cuts_begin_with_the_whole_and_differ():
    cuts, thumbs = choose_cuts("coffee", COFFEE, 50)
    assert cuts[0].side == max(SCALES)
    assert len({(cut.x, cut.y, cut.side) for cut in cuts}) == len(cuts) == len(thumbs) == 50
    assert [cut.name for cut in cuts[:1]] == ["coffee-s384-0000"]


def test_the_first_cuts_differ_more_than_the_later_ones():
    _, thumbs = choose_cuts("coffee", COFFEE, 200)

    def nearest_pair(some):
        flat = some.reshape(len(some), -1).astype(np.float64)
        distances = np.linalg.norm(flat[:, None] - flat[None], axis=2)
        return distances[~np.eye(len(some), dtype=bool)].min()

    assert nearest_pair(thumbs[:50]) > nearest_pair(thumbs)


def test_coloured_squares_are_left_out():
    half_empty = COFFEE.copy()
    half_empty[:, :300] = (200, 30, 30)
    cuts, _ = choose_cuts("half", half_empty, 1000)
    windows = np.array([[cut.x, cut.y, cut.side] for cut in cuts])
    assert len(cuts) > 100
    assert window_detail(half_empty, windows).min() >= BLANK


def test_a_tile_is_its_window_at_128_px():
    cuts, _ = choose_cuts("coffee", COFFEE, 30)
    for cut in cuts:
        tile = cut.tile(COFFEE)
        assert tile.shape == (128, 128, 3)
        assert tile.dtype == np.uint8
        window = COFFEE[cut.y : cut.y + cut.side, cut.x : cut.x + cut.side]
        assert np.abs(tile.mean(axis=(0, 1)) - window.mean(axis=(0, 1))).max() < 1.5
