import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.errors import BadSetting, EngineError, PhotoTooSmall
from engine.grid import Grid

sides = st.integers(16, 3000)


@pytest.mark.parametrize(
    ("size", "shape"),
    [
        ((600, 399), (96, 63)),
        ((600, 600), (96, 96)),
        ((4000, 3000), (96, 72)),
        ((300, 200), (48, 32)),
    ],
)
def test_the_original_grid(size, shape):
    grid = Grid.fit(*size)
    assert (grid.cols, grid.rows) == shape
    assert grid.cells == shape[0] * shape[1]


@given(sides, sides, st.none() | st.integers(4, 300))
def test_cells_are_square_whole_and_in_the_middle(width, height, across):
    try:
        grid = Grid.fit(width, height, across)
    except EngineError:
        assume(False)
    left, top, right, bottom = grid.box
    cell_width, cell_height = (right - left) / grid.cols, (bottom - top) / grid.rows
    assert math.isclose(cell_width, cell_height, rel_tol=1e-6)
    assert math.isclose(left, width - right, abs_tol=1e-6)
    assert math.isclose(top, height - bottom, abs_tol=1e-6)
    assert 0 <= left < cell_width / 2 + 1e-6
    assert 0 <= top < cell_height / 2 + 1e-6
    assert across is None or grid.cols == across


@given(st.integers(16, 120), st.integers(16, 120), st.none() | st.integers(4, 20))
@settings(deadline=None, max_examples=30)
def test_every_fitted_grid_can_be_cut(width, height, across):
    try:
        grid = Grid.fit(width, height, across)
    except EngineError:
        assume(False)
    photo = np.full((height, width, 3), (10, 20, 30), np.uint8)
    thumbs = grid.thumbs(photo)
    assert thumbs.shape == (grid.cells, 5, 5, 3)
    assert (thumbs == (10, 20, 30)).all()


def test_thumbs_are_means_row_by_row():
    """Cells of 10 px: a thumb's pixel is the mean of 2 x 2 of the photo's, rounded across and then down."""
    rng = np.random.default_rng(1)
    photo = rng.integers(0, 256, (30, 40, 3), dtype=np.uint8)
    thumbs = Grid.fit(40, 30, 4).thumbs(photo)
    means = photo.reshape(15, 2, 20, 2, 3).mean(axis=(1, 3))
    for row in range(3):
        for col in range(4):
            cell = means[row * 5 : row * 5 + 5, col * 5 : col * 5 + 5]
            assert np.abs(thumbs[row * 4 + col] - cell).max() <= 1


def test_the_photo_is_cropped_evenly():
    """Three rows of cells fit into 100 px of 4 x 30; 5 px go at the top and at the bottom."""
    photo = np.zeros((100, 120, 3), np.uint8)
    photo[:5], photo[-5:] = 255, 255
    assert not Grid.fit(120, 100, 4).thumbs(photo).any()


@pytest.mark.parametrize(
    ("size", "across", "error", "words"),
    [
        ((1, 1), None, PhotoTooSmall, "1 x 1 px: too small"),
        ((15, 400), None, PhotoTooSmall, "at least 16 px"),
        ((100, 100), 101, PhotoTooSmall, "at most 100 cells"),
        ((400, 20), 4, PhotoTooSmall, "too narrow"),
        ((10_000, 16), None, PhotoTooSmall, "too narrow"),
        ((600, 400), 3, BadSetting, "from 4 to 300: 3 is not"),
        ((600, 400), 301, BadSetting, "301 is not"),
        ((300, 3000), 300, BadSetting, "60,000 is the most"),
    ],
)
def test_what_cannot_be_cut_is_named(size, across, error, words):
    with pytest.raises(error, match=words):
        Grid.fit(*size, across)
