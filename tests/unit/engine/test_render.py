import io
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from engine.errors import BadSetting, TileUnreadable
from engine.grid import Grid
from engine.limits import TILE_PX
from engine.render import canvas_of, preview, sketch, write_mosaic
from engine.save import Format
from engine.types import Plan

COLOURS = np.array(
    [(250, 20, 20), (20, 200, 40), (30, 30, 240), (240, 240, 240), (10, 10, 10)], np.uint8
)


class Tiles:
    """Five tiles, each of one colour; what was asked for is kept."""

    def __init__(self, side=TILE_PX):
        self.asked = []
        self._jpegs = []
        for colour in COLOURS:
            out = io.BytesIO()
            Image.fromarray(np.full((side, side, 3), colour)).save(out, "JPEG", quality=95)
            self._jpegs.append(out.getvalue())

    def jpegs(self, numbers):
        self.asked += numbers.tolist()
        return (self._jpegs[number] for number in numbers)


@pytest.fixture
def plan():
    """7 x 4 cells that use tiles 0 to 3."""
    assignment = np.arange(28, dtype=np.int32) % 4
    return Plan(Grid.fit(70, 40, 7), assignment, np.zeros(28, np.float32))


def expected(plan, cell_px):
    cells = COLOURS[plan.assignment].reshape(plan.grid.rows, plan.grid.cols, 3)
    return cells.repeat(cell_px, axis=0).repeat(cell_px, axis=1).astype(int)


def pixels(file):
    with Image.open(file) as picture:
        return np.asarray(picture).astype(int)


@pytest.mark.parametrize("form", [Format.JPEG, Format.PNG, Format.TIFF])
def test_every_cell_has_its_tile(plan, tmp_path, form):
    write_mosaic(plan, Tiles(), {form: tmp_path / "m"})
    assert pixels(tmp_path / "m").shape == (200, 350, 3)
    assert np.abs(pixels(tmp_path / "m") - expected(plan, 50)).mean() < 3
    assert list(tmp_path.iterdir()) == [tmp_path / "m"]


@pytest.mark.parametrize("cell_px", [16, 50, 200, 512])
@pytest.mark.parametrize("side", [5, 100, TILE_PX])
def test_tiles_are_sized_to_the_cell(plan, tmp_path, cell_px, side):
    write_mosaic(plan, Tiles(side), {Format.PNG: tmp_path / "m.png"}, cell_px=cell_px)
    assert np.abs(pixels(tmp_path / "m.png") - expected(plan, cell_px)).max() <= 3


def test_only_tiles_of_the_plan_are_asked_for(plan, tmp_path):
    tiles = Tiles()
    write_mosaic(plan, tiles, {form: tmp_path / form for form in Format})
    assert sorted(tiles.asked) == [0, 1, 2, 3]


@pytest.mark.parametrize(("long_side", "cell_px"), [(1200, 171), (100, 14), (3, 1)])
def test_a_preview_is_the_mosaic_made_small(plan, long_side, cell_px):
    small = pixels(io.BytesIO(preview(plan, Tiles(), long_side=long_side)))
    assert small.shape == (4 * cell_px, 7 * cell_px, 3)
    if cell_px > 8:
        middle = np.s_[cell_px // 2 :: cell_px, cell_px // 2 :: cell_px]
        assert np.abs(small[middle] - expected(plan, cell_px)[middle]).max() < 20


def test_a_sketch_lays_thumbs(plan):
    thumbs = np.broadcast_to(COLOURS[:, np.newaxis, np.newaxis], (5, 5, 5, 3))
    small = pixels(io.BytesIO(sketch(plan, thumbs)))
    assert small.shape == (20, 35, 3)
    assert np.abs(small[2::5, 2::5] - expected(plan, 1)).mean() < 12
    grey = replace(plan, shift=1.0, colors=np.full((28, 3), 120, np.uint8))
    assert np.abs(pixels(io.BytesIO(sketch(grey, thumbs))) - 120).max() < 6


def test_a_preview_tells_of_shifted_colours(plan):
    """All tiles go all the way to one grey."""
    grey = replace(plan, shift=1.0, colors=np.full((28, 3), 120, np.uint8))
    small = pixels(io.BytesIO(preview(grey, Tiles(), long_side=70)))
    assert np.abs(small - 120).max() < 6


def test_dots_per_inch_are_those_asked_for(plan, tmp_path):
    write_mosaic(plan, Tiles(), {Format.JPEG: tmp_path / "m.jpg"}, dpi=150)
    with Image.open(tmp_path / "m.jpg") as picture:
        assert picture.info["dpi"] == (150, 150)


def test_a_tiff_may_be_of_jpeg(plan, tmp_path):
    write_mosaic(plan, Tiles(), {Format.TIFF: tmp_path / "m.tif"}, tiff="jpeg")
    with Image.open(tmp_path / "m.tif") as picture:
        assert picture.info["compression"] == "jpeg"


def test_stages_are_told(plan, tmp_path):
    told = []
    outputs = {form: tmp_path / form for form in Format}
    write_mosaic(plan, Tiles(), outputs, cell_px=200, progress=lambda *said: told.append(said))
    assert list(dict.fromkeys(stage for stage, _ in told)) == [
        "Drawing the mosaic",
        "Finishing the files",
    ]
    drawing = [share for stage, share in told if stage == "Drawing the mosaic"]
    assert drawing == sorted(drawing)
    assert len(drawing) >= 3
    assert drawing[-1] == told[-1][1] == 1.0


@pytest.mark.parametrize("stage", ["Drawing the mosaic", "Finishing the files"])
def test_cancelling_leaves_earlier_files_and_no_rests(plan, tmp_path, stage):
    outputs = {form: tmp_path / form for form in Format}
    for file in outputs.values():
        file.write_bytes(b"the mosaic of before")

    def cancel(now, share):
        if now == stage:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        write_mosaic(plan, Tiles(), outputs, progress=cancel)
    assert sorted(tmp_path.iterdir()) == sorted(outputs.values())
    assert {file.read_bytes() for file in outputs.values()} == {b"the mosaic of before"}


def test_a_damaged_tile_leaves_nothing(plan, tmp_path):
    class Damaged(Tiles):
        def jpegs(self, numbers):
            return [b"no picture" for _ in numbers]

    with pytest.raises(TileUnreadable, match="tile 0 is damaged"):
        write_mosaic(plan, Damaged(), {Format.JPEG: tmp_path / "m.jpg"})
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_named(plan, tmp_path):
    (tmp_path / ".m.jpg.part").mkdir()
    with pytest.raises(OSError, match=r"m\.jpg could not be written"):
        write_mosaic(plan, Tiles(), {Format.JPEG: tmp_path / "m.jpg"})


@pytest.mark.parametrize(
    ("grid", "cell_px", "sentence"),
    [
        (Grid(300, 100, (0, 0, 1, 1)), 219, "65,700 x 21,900 px.*Choose TIFF.*up to 218 px"),
        (Grid(10, 200, (0, 0, 1, 1)), 512, "5,120 x 102,400 px.*65,535.*up to 327 px"),
        (Grid(7, 4, (0, 0, 1, 1)), 15, "16 to 512 px: 15 is not"),
        (Grid(7, 4, (0, 0, 1, 1)), 513, "16 to 512 px: 513 is not"),
    ],
)
def test_what_cannot_be_written_is_said_before_anything_is_drawn(
    plan, tmp_path, grid, cell_px, sentence
):
    tiles, asked = Tiles(), replace(plan, grid=grid)
    with pytest.raises(BadSetting, match=sentence):
        write_mosaic(asked, tiles, {Format.JPEG: tmp_path / "m.jpg"}, cell_px=cell_px)
    assert tiles.asked == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("dpi", [9, 5_001, float("nan")])
def test_dots_per_inch_have_their_limits(plan, dpi):
    with pytest.raises(BadSetting, match="Dots per inch are 10 to 5,000"):
        canvas_of(plan.grid, {}, dpi=dpi)


def test_only_jpeg_ends_at_65535_px():
    wide = Grid(300, 1, (0, 0, 1, 1))
    for form in (Format.PNG, Format.TIFF, Format.ZOOM):
        assert canvas_of(wide, {form: None}, 512).width == 153_600
    assert canvas_of(wide, {Format.JPEG: None}, 218).width == 65_400


# A picture of 2,000 x 60,000 px, 360 MB as pixels, in three formats at once.
LARGE = """
import cv2, resource, sys
from pathlib import Path
import numpy as np
from engine.grid import Grid
from engine.render import write_mosaic
from engine.save import Format
from engine.types import Plan

class Tiles:
    def jpegs(self, numbers):
        for number in numbers:
            tile = np.full((100, 100, 3), number % 256, np.uint8)
            yield cv2.imencode(".jpg", tile)[1].tobytes()

def most():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

assignment = np.arange(20 * 600, dtype=np.int32) % 500
plan = Plan(Grid(20, 600, (0, 0, 1, 1)), assignment, np.zeros(12_000, np.float32))
outputs = {form: Path(sys.argv[1], form) for form in (Format.JPEG, Format.TIFF, Format.ZOOM)}
before = most()
write_mosaic(plan, Tiles(), outputs, cell_px=100, tiff="jpeg")
print(most() - before)
"""


def test_memory_does_not_grow_with_the_picture(tmp_path):
    command = [sys.executable, "-c", LARGE, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert int(done.stdout) < 200
    assert sorted(path.name for path in tmp_path.iterdir()) == ["jpeg", "tiff", "zoom"]
