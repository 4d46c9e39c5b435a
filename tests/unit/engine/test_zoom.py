import doctest
import io
import json

import numpy as np
import pytest
from PIL import Image

from app.domain.squares import Squares
from engine import color, quality
from engine import zoom as zooming
from engine.save import Canvas, Files, Format
from engine.types import silent
from engine.zoom import Zoom, border, halvings


@pytest.fixture(scope="module")
def pixels(astronaut):
    """1,301 x 599 px and bright at the borders, where black from outside would show."""
    picture = Image.fromarray(255 - astronaut // 4).resize((1301, 599), Image.Resampling.BICUBIC)
    return np.asarray(picture)


@pytest.fixture(scope="module")
def file(pixels, tmp_path_factory):
    path = tmp_path_factory.mktemp("zoom") / "m.zoom"
    with Files({Format.ZOOM: path}, Canvas(1301, 599)) as files:
        files.write(pixels)
        files.finish(silent)
    return path.read_bytes()


class Reader:
    """Bytes by range, as storage gives them; counts what was asked for."""

    def __init__(self, body):
        self.body, self.asked = body, []

    def __call__(self, start, length):
        self.asked.append(length)
        return self.body[start : start + length]


@pytest.fixture
def read(file):
    return Reader(file)


@pytest.fixture
def squares(file):
    """As they come out of the column of a table."""
    facts = json.dumps(Zoom.of_file(Reader(file), 1301, 599).as_dict())
    assert len(facts) < 2_000
    return Squares.from_dict(json.loads(facts))


def square(squares, read, level, column, row):
    return squares.square(read, squares.index(read, level), level, column, row)


def decoded(jpeg):
    with Image.open(io.BytesIO(jpeg)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (512, 512))
        return np.asarray(picture.convert("RGB")).astype(int)


@pytest.mark.parametrize("module", [color, quality, zooming])
def test_examples_in_docstrings(module):
    outcome = doctest.testmod(module)
    assert outcome.attempted > 0
    assert outcome.failed == 0


def test_levels_halve_down_to_one_square(squares):
    sizes = [(level.width, level.height) for level in squares.levels]
    assert sizes == [(1301, 599), (651, 300), (326, 150)]
    assert [(squares.columns(i), squares.rows(i)) for i in range(3)] == [(3, 2), (2, 1), (1, 1)]


@pytest.mark.parametrize("side", [1, 511, 512, 513, 1020, 1024, 1025, 32_000, 153_600])
def test_the_last_level_is_the_first_that_fits_a_square(side):
    times = halvings(side, 1)
    assert side <= 512 << times
    assert times == 0 or side > 512 << (times - 1)
    assert halvings(1, side) == times
    assert border(side, 1) >> times == 16


@pytest.mark.parametrize("level", [0, 1, 2])
def test_squares_put_together_are_the_picture(squares, read, pixels, level):
    one = squares.levels[level]
    rows = [
        np.concatenate(
            [
                decoded(square(squares, read, level, column, row))
                for column in range(squares.columns(level))
            ],
            axis=1,
        )
        for row in range(squares.rows(level))
    ]
    whole = np.concatenate(rows)[: one.height, : one.width]
    half = 2**level
    more = ((0, one.height * half - 599), (0, one.width * half - 1301), (0, 0))
    even = np.pad(pixels, more, mode="edge").astype(int)
    expected = even.reshape(one.height, half, one.width, half, 3).mean(axis=(1, 3))
    wrong = np.abs(whole - expected)
    assert wrong.mean() < 2
    assert max(wrong[-9:].mean(), wrong[:, -9:].mean()) < 2.5


def test_a_square_takes_three_small_ranges(squares, read):
    jpeg = square(squares, read, 0, 1, 0)
    assert len(read.asked) == 3
    assert sum(read.asked) < len(jpeg)


def test_all_levels_share_their_tables(file, squares):
    """They stand in the file once for each level, and only those of the first are kept."""
    assert squares.head.startswith(b"\xff\xd8\xff\xe0")
    assert file.count(squares.head[20:]) == 3


@pytest.mark.parametrize("place", [(0, 3, 0), (0, 0, 2), (0, -1, 0), (3, 0, 0), (-1, 0, 0)])
def test_there_is_no_square_outside(squares, place):
    assert not squares.has(*place)


def test_a_picture_of_one_square(tmp_path):
    """Places and lengths of a single square stand in the directory itself."""
    path = tmp_path / "m.zoom"
    with Files({Format.ZOOM: path}, Canvas(20, 10)) as files:
        files.write(np.full((10, 20, 3), (200, 60, 20), np.uint8))
        files.finish(silent)
    read = Reader(path.read_bytes())
    squares = Squares.from_dict(Zoom.of_file(read, 20, 10).as_dict())
    assert len(squares.levels) == 1
    pixels = decoded(square(squares, read, 0, 0, 0))[:10, :20]
    assert np.abs(pixels - (200, 60, 20)).max() < 6


@pytest.mark.parametrize("body", [b"", b"\xff\xd8\xff\xe0" * 9, b"II\x2a\x00" * 9])
def test_what_is_no_big_tiff_is_said(body):
    with pytest.raises(ValueError, match="no BigTIFF"):
        Zoom.of_file(Reader(body), 20, 10)


def test_a_big_tiff_without_jpeg_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr("engine.save._TIFF_MAX_BYTES", 0)
    with Files({Format.TIFF: tmp_path / "m.tif"}, Canvas(20, 10)) as files:
        files.write(np.zeros((10, 20, 3), np.uint8))
        files.finish(silent)
    with pytest.raises(ValueError, match="no JPEG squares"):
        Zoom.of_file(Reader((tmp_path / "m.tif").read_bytes()), 20, 10)
