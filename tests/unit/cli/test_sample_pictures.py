"""The whole sample as it greets a first visitor."""

import io
import zipfile
from dataclasses import dataclass, replace

import numpy as np
import pytest
from PIL import Image, ImageStat

from app.domain.grid import grid_size
from cli.sample import sources
from cli.sample.colors import mean_labs
from cli.sample.errors import SampleError
from cli.sample.need import coverage
from cli.sample.photos import sample_photos
from cli.sample.pictures import recipe, tiles, write_zip
from cli.sample.sources import ASTRONAUT, CHELSEA, SOURCES, credit_text


@pytest.fixture(scope="module")
def made():
    return recipe()


@pytest.fixture(scope="module")
def archive(made):
    stream = io.BytesIO()
    write_zip(stream, made)
    return zipfile.ZipFile(stream)


@dataclass
class Tile:
    """What the tests want to know of a decoded tile."""

    format: str
    mode: str
    size: tuple[int, int]
    thumb: np.ndarray
    contrast: float


@pytest.fixture(scope="module")
def pictures(archive):
    """All tiles, in the order of the zip."""
    found = []
    for name in archive.namelist():
        with Image.open(io.BytesIO(archive.read(name))) as picture:
            thumb = np.asarray(picture.resize((5, 5), Image.Resampling.BOX))
            contrast = max(ImageStat.Stat(picture).stddev)
            found.append(Tile(picture.format, picture.mode, picture.size, thumb, contrast))
    return found


def test_there_are_thousands_and_each_has_its_own_name(made, archive):
    names = archive.namelist()
    assert len(names) == len(set(names)) == len(made) >= 3000
    assert made.plain >= 1000


def test_every_tile_is_a_square_jpeg_of_128_px(pictures):
    assert {(tile.format, tile.mode, tile.size) for tile in pictures} == {
        ("JPEG", "RGB", (128, 128))
    }


def test_the_zip_is_small_enough_to_be_sent(archive):
    assert sum(entry.compress_size for entry in archive.infolist()) < 40_000_000
    assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}


def test_names_tell_photograph_and_scale(archive, made):
    photos = {source.name for source in SOURCES}
    for name in archive.namelist():
        photo, scale, *_ = name.removesuffix(".jpg").split("-")
        assert photo in photos
        assert int(scale.removeprefix("s")) in {64, 96, 128, 192, 256, 384}
    assert {name.split("-")[0] for name in archive.namelist()[: made.plain]} == photos


def test_the_first_tiles_show_every_photograph(archive):
    assert {name.split("-")[0] for name in archive.namelist()[: len(SOURCES)]} == {
        source.name for source in SOURCES
    }


def test_a_second_time_gives_the_same(made, archive):
    again = recipe()
    assert (again.cuts, again.plain, again.variants) == (made.cuts, made.plain, made.variants)
    few = replace(again, plain=40, variants=again.variants[:40])
    for name, jpeg in tiles(few):
        if "-v" not in name:
            assert jpeg == archive.read(name)


def test_filling_gaps_raises_the_coverage_of_colours(pictures, made):
    labs = mean_labs(np.stack([tile.thumb for tile in pictures]))
    assert coverage(labs[: made.plain]) < 0.2
    assert coverage(labs) > 0.8


def test_hardly_any_tile_is_a_plain_square(pictures):
    assert np.mean([tile.contrast < 2 for tile in pictures]) < 0.02


def test_every_photograph_is_credited():
    lines = credit_text().splitlines()[1:]
    assert len(lines) == len(SOURCES)
    for source, line in zip(SOURCES, lines, strict=True):
        assert line.startswith(f"{source.name}: ")
        assert source.credit in line
        assert any(word in source.credit for word in ("CC0", "CC BY", "Public domain", "No known"))


def test_photos_to_choose_are_no_source_of_tiles():
    cut = {source.file for source in SOURCES}
    assert not cut & {ASTRONAUT.file, CHELSEA.file}


def test_photos_to_choose_are_credited_and_give_96_cells_on_the_long_side():
    photos = sample_photos()
    assert [photo.name for photo in photos] == ["astronaut.jpg", "chelsea.jpg"]
    for photo in photos:
        with Image.open(io.BytesIO(photo.jpeg)) as picture:
            grid = grid_size(*picture.size)
        assert max(grid.cols, grid.rows) == 96
        assert "NASA" in photo.credit or "Stefan van der Walt" in photo.credit


def test_a_missing_photograph_is_told_in_a_sentence(monkeypatch):
    monkeypatch.setitem(sources.FOLDERS, "skimage", "elsewhere")
    with pytest.raises(SampleError, match="astronaut.png is not in scikit-image"):
        ASTRONAUT.read()
    nowhere = replace(CHELSEA, package="no_such_package_here")
    monkeypatch.setitem(sources.FOLDERS, nowhere.package, "data")
    monkeypatch.setitem(sources.DISTRIBUTIONS, nowhere.package, "nothing")
    with pytest.raises(SampleError, match="make run"):
        nowhere.read()
