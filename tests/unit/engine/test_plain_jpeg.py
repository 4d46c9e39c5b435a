"""The quick way to read a JPEG, beside the careful one."""

import numpy as np
import pytest
from PIL import Image

from engine import pictures, plain_jpeg


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"comment": b"from the garden"}])
def test_the_size_of_a_usual_one_is_in_its_header(encoded, astronaut, mode, options):
    data = encoded(Image.fromarray(astronaut[:300]).convert(mode), **options)
    assert plain_jpeg.size(data) == (512, 300)


def exif():
    tags = Image.Exif()
    tags[0x0112] = 6
    return tags.tobytes()


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data[:-2],
        lambda data: data + b"more",
        lambda data: b"",
        lambda data: b"\xff\xd8\xff\xd9",
        lambda data: data[:20] + b"\x00" + data[21:],
        lambda data: data[:2] + b"\xff\xed\x00\x04ab" + data[2:],
        lambda data: data[:2] + b"\xff\xfe\xff\xff" + data[2:40] + b"\xff\xd9",
    ],
    ids=[
        "cut off",
        "something behind it",
        "empty",
        "no picture",
        "no marker",
        "other marker",
        "runs out",
    ],
)
def test_what_is_unusual_is_for_pillow(encoded, corners, change):
    assert plain_jpeg.size(change(encoded(corners))) is None


@pytest.mark.parametrize("options", [{"exif": exif()}, {"icc_profile": b"x" * 200}])
def test_what_turns_or_colours_is_for_pillow(encoded, corners, options):
    assert plain_jpeg.size(encoded(corners, **options)) is None


def test_cmyk_is_for_pillow(encoded, corners):
    assert plain_jpeg.size(encoded(Image.fromarray(corners).convert("CMYK"))) is None


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_other_formats_are_for_pillow(encoded, corners, form):
    assert plain_jpeg.size(encoded(corners, form)) is None


@pytest.mark.parametrize(
    ("size", "least", "decoded"),
    [
        (512, 300, 512),
        (512, 256, 256),
        (512, 128, 128),
        (512, 64, 64),
        (512, 10, 64),
        (500, 128, 250),
    ],
)
def test_it_is_decoded_as_small_as_allowed(encoded, astronaut, size, least, decoded):
    data = encoded(astronaut[:size, :size], quality=95)
    pixels = plain_jpeg.decode(data, size, least)
    assert pixels.shape == (decoded, decoded, 3)
    expected = Image.fromarray(astronaut[:size, :size]).resize((decoded, decoded))
    assert np.abs(pixels[:, :, ::-1].astype(int) - np.asarray(expected)).mean() < 5


def test_damage_is_none(encoded, corners):
    data = bytearray(encoded(corners))
    data[data.find(b"\xff\xdb") + 4 :] = bytes(len(data)) + b"\xff\xd9"
    assert plain_jpeg.decode(bytes(data), 40, 128) is None


@pytest.mark.parametrize("side", [5, 7, 44, 100, 128])
def test_a_small_square_gives_the_pixels_that_pillow_gives(encoded, astronaut, side):
    data = encoded(astronaut[100 : 100 + side, 50 : 50 + side], quality=92)
    quick = plain_jpeg.decode(data, side, 128)[:, :, ::-1].astype(int)
    careful = np.asarray(pictures.square(data, 128))
    assert np.abs(quick - careful).max() <= 2
