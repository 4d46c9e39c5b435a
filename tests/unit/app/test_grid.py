import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import BadInput
from app.domain.grid import grid_size
from engine.errors import EngineError
from engine.grid import Grid

side = st.integers(1, 20_000)


def test_the_originals_grid():
    size = grid_size(600, 399)
    assert (size.cols, size.rows, size.cells, size.width, size.height) == (96, 63, 6048, 4800, 3150)


def test_a_large_photo_counts_as_600_px():
    assert grid_size(6000, 3990) == grid_size(600, 399)


@given(width=side, height=side, across=st.none() | st.integers(-1, 400))
def test_form_and_engine_cut_alike(width, height, across):
    try:
        ours = grid_size(width, height, across)
    except BadInput:
        with pytest.raises(EngineError):
            Grid.fit(width, height, across)
        return
    theirs = Grid.fit(width, height, across)
    assert (ours.cols, ours.rows) == (theirs.cols, theirs.rows)


@pytest.mark.parametrize(
    ("size", "across", "sentence"),
    [
        ((1, 1), None, "smallest we can cut"),
        ((600, 15), None, "smallest we can cut"),
        ((40, 40), 96, "40 px wide, too small for 96 cells"),
        ((600, 600), 3, "from 4 to 300"),
        ((600, 6000), 200, "60,000"),
        ((6000, 16), 4, "too narrow"),
    ],
)
def test_what_does_not_fit_is_said(size, across, sentence):
    with pytest.raises(BadInput, match=sentence):
        grid_size(*size, across)
