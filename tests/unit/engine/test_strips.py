import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import strips as drawing
from engine.errors import TileUnreadable
from engine.grid import Grid
from engine.render import write_mosaic
from engine.save import Format
from engine.shift import shifted
from engine.strips import strips
from engine.types import Plan

# How high a strip may be: by its bytes, and by its cells.
LIMITS = st.tuples(st.integers(1, 200_000), st.integers(1, 60))


class Tiles:
    """Twenty tiles, unlike from left to right."""

    def __init__(self, side=40):
        rng = np.random.default_rng(0)
        small = rng.integers(0, 256, (20, 5, 5, 3), dtype=np.uint8)
        self.pictures = [cv2.resize(tile, (side, side)) for tile in small]

    def jpegs(self, numbers):
        for number in numbers:
            bgr = self.pictures[number][:, :, ::-1]
            yield cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, 100])[1].tobytes()


@pytest.fixture(scope="module")
def tiles():
    return Tiles()


@st.composite
def plans(draw):
    cols, rows = draw(st.integers(1, 8)), draw(st.integers(1, 8))
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    cells = cols * rows
    return Plan(
        Grid(cols, rows, (0, 0, 1, 1)),
        rng.integers(0, 20, cells).astype(np.int32),
        np.zeros(cells, np.float32),
        mirrored=draw(st.sampled_from([None, rng.random(cells) < 0.5])),
        shift=draw(st.sampled_from([0.0, 0.3])),
        colors=rng.integers(0, 256, (cells, 3), dtype=np.uint8),
    )


def whole(plan, tiles, cell_px, *, quick=False):
    return np.concatenate(list(strips(plan, tiles, cell_px, quick=quick)))


def test_each_cell_shows_its_tile_as_the_plan_wants(tiles):
    """The reference: one cell after the other, by hand."""
    rng = np.random.default_rng(1)
    plan = Plan(
        Grid(5, 4, (0, 0, 1, 1)),
        rng.integers(0, 20, 20).astype(np.int32),
        np.zeros(20, np.float32),
        mirrored=np.arange(20) % 3 == 0,
        shift=0.3,
        colors=rng.integers(0, 256, (20, 3), dtype=np.uint8),
    )
    drawn = whole(plan, tiles, 40)
    for cell in range(20):
        tile = tiles.pictures[plan.assignment[cell]]
        if cell % 3 == 0:
            tile = tile[:, ::-1]
        tile = shifted(tile[np.newaxis].copy(), plan.colors[cell][np.newaxis], 0.3)[0]
        row, col = divmod(cell, 5)
        here = drawn[row * 40 : row * 40 + 40, col * 40 : col * 40 + 40].astype(int)
        assert np.abs(here - tile).mean() < 3


@settings(max_examples=60, deadline=None)
@given(plans(), LIMITS, st.integers(1, 45), st.booleans())
def test_strips_of_any_height_give_the_same_pixels(tiles, plan, limits, cell_px, quick):
    expected = whole(plan, tiles, cell_px, quick=quick)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(drawing, "_STRIP_BYTES", limits[0])
        patch.setattr(drawing, "_STRIP_CELLS", limits[1])
        parts = list(strips(plan, tiles, cell_px, quick=quick))
    assert all(len(part) % cell_px == 0 for part in parts)
    assert np.array_equal(np.concatenate(parts), expected)


@settings(max_examples=8, deadline=None)
@given(plans(), LIMITS)
def test_strips_of_any_height_give_the_same_files(tiles, tmp_path_factory, plan, limits):
    folder = tmp_path_factory.mktemp("strips")
    one, other = ({form: folder / f"{name}.{form}" for form in Format} for name in "ab")
    write_mosaic(plan, tiles, one, cell_px=20)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(drawing, "_STRIP_BYTES", limits[0])
        patch.setattr(drawing, "_STRIP_CELLS", limits[1])
        write_mosaic(plan, tiles, other, cell_px=20)
    for form in Format:
        assert one[form].read_bytes() == other[form].read_bytes()


def test_a_quick_drawing_is_nearly_the_same():
    tiles = Tiles(128)
    plan = Plan(Grid(5, 4, (0, 0, 1, 1)), np.arange(20, dtype=np.int32), np.zeros(20, np.float32))
    slow, quick = (whole(plan, tiles, 10, quick=quick).astype(int) for quick in (False, True))
    assert np.abs(slow - quick).mean() < 3


@pytest.mark.parametrize("damaged", [b"", b"no picture"])
def test_a_damaged_tile_is_named(damaged, tiles):
    class Damaged:
        def jpegs(self, numbers):
            jpegs = zip(numbers, tiles.jpegs(numbers), strict=True)
            return (damaged if number == 2 else jpeg for number, jpeg in jpegs)

    plan = Plan(Grid(2, 2, (0, 0, 1, 1)), np.arange(4, dtype=np.int32), np.zeros(4, np.float32))
    with pytest.raises(TileUnreadable, match="tile 2 is damaged"):
        list(strips(plan, Damaged(), 16))
