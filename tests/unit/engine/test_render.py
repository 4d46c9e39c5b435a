import io

import numpy as np
import pytest
from PIL import Image, ImageCms

from engine import render
from engine.errors import TileUnreadable
from engine.grid import Grid
from engine.limits import TILE_PX
from engine.render import preview, write_mosaic
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


def test_every_cell_has_its_tile(plan, tmp_path):
    jpeg, png = tmp_path / "m.jpg", tmp_path / "m.png"
    write_mosaic(plan, Tiles(), jpeg, png)
    assert pixels(png).shape == (200, 350, 3)
    assert np.abs(pixels(png) - expected(plan, 50)).max() <= 3
    assert np.abs(pixels(jpeg) - expected(plan, 50)).mean() < 3


@pytest.mark.parametrize(("name", "form"), [("m.jpg", "JPEG"), ("m.png", "PNG")])
def test_the_profile_is_srgb_and_the_format_right(plan, tmp_path, name, form):
    file = tmp_path / name
    write_mosaic(plan, Tiles(), *((file, None) if form == "JPEG" else (None, file)), cell_px=16)
    with Image.open(file) as picture:
        assert picture.format == form
        assert picture.mode == "RGB"
        assert not picture.getexif()
        profile = ImageCms.ImageCmsProfile(io.BytesIO(picture.info["icc_profile"]))
        assert "sRGB" in ImageCms.getProfileDescription(profile)
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("strip", [1, 20_000, 10**9])
def test_strips_of_any_height_give_the_same_bytes(plan, tmp_path, monkeypatch, strip):
    write_mosaic(plan, Tiles(), tmp_path / "whole.jpg")
    monkeypatch.setattr(render, "_STRIP_BYTES", strip)
    write_mosaic(plan, Tiles(), tmp_path / "strips.jpg")
    assert (tmp_path / "whole.jpg").read_bytes() == (tmp_path / "strips.jpg").read_bytes()


@pytest.mark.parametrize("cell_px", [1, 16, 50, 200])
@pytest.mark.parametrize("side", [5, 100, TILE_PX])
def test_tiles_are_sized_to_the_cell(plan, tmp_path, cell_px, side):
    write_mosaic(plan, Tiles(side), None, tmp_path / "m.png", cell_px=cell_px)
    assert np.abs(pixels(tmp_path / "m.png") - expected(plan, cell_px)).max() <= 3


def test_only_tiles_of_the_plan_are_asked_for(plan, tmp_path):
    tiles = Tiles()
    write_mosaic(plan, tiles, tmp_path / "m.jpg")
    assert sorted(set(tiles.asked)) == [0, 1, 2, 3]


@pytest.mark.parametrize(("long_side", "cell_px"), [(1200, 171), (100, 14), (3, 1)])
def test_a_preview_is_the_mosaic_made_small(plan, long_side, cell_px):
    small = pixels(io.BytesIO(preview(plan, Tiles(), long_side=long_side)))
    assert small.shape == (4 * cell_px, 7 * cell_px, 3)
    if cell_px > 8:
        middle = np.s_[cell_px // 2 :: cell_px, cell_px // 2 :: cell_px]
        assert np.abs(small[middle] - expected(plan, cell_px)[middle]).max() < 20


def test_stages_are_told(plan, tmp_path):
    told = []
    write_mosaic(
        plan, Tiles(), tmp_path / "m.jpg", tmp_path / "m.png", progress=lambda *x: told.append(x)
    )
    assert list(dict.fromkeys(stage for stage, _ in told)) == [
        "Drawing the mosaic",
        "Writing the JPEG",
        "Writing the PNG",
    ]
    assert all(0 <= share <= 1 for _, share in told)


@pytest.mark.parametrize("stage", ["Drawing the mosaic", "Writing the JPEG", "Writing the PNG"])
def test_cancelling_leaves_earlier_files_and_no_rests(plan, tmp_path, stage):
    jpeg, png = tmp_path / "m.jpg", tmp_path / "m.png"
    jpeg.write_bytes(b"the mosaic of before")
    png.write_bytes(b"the mosaic of before")

    def cancel(now, share):
        if now == stage:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        write_mosaic(plan, Tiles(), jpeg, png, progress=cancel)
    assert sorted(tmp_path.iterdir()) == [jpeg, png]
    assert png.read_bytes() == b"the mosaic of before"
    assert (jpeg.read_bytes() == b"the mosaic of before") == (stage != "Writing the PNG")


@pytest.mark.parametrize("damaged", [b"", b"no picture"])
def test_a_damaged_tile_is_named(plan, tmp_path, damaged):
    class Damaged(Tiles):
        def jpegs(self, numbers):
            return (
                damaged if number == 2 else jpeg
                for number, jpeg in zip(numbers, super().jpegs(numbers), strict=True)
            )

    with pytest.raises(TileUnreadable, match="tile 2 is damaged"):
        write_mosaic(plan, Damaged(), tmp_path / "m.jpg")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_named(plan, tmp_path):
    (tmp_path / ".m.jpg.part").mkdir()
    with pytest.raises(OSError, match=r"m\.jpg could not be written"):
        write_mosaic(plan, Tiles(), tmp_path / "m.jpg")
