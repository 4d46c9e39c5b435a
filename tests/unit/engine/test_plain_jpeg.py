"""The quick way to read a JPEG, beside the careful one."""

import io

import numpy as np
import pytest
import simplejpeg
import skimage.data
from PIL import Image

from engine import pictures, plain_jpeg


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"comment": b"from the garden"}])
def test_the_size_of_a_usual_one_is_in_its_header(encoded, astronaut, mode, options):
    data = encoded(Image.fromarray(astronaut[:300]).convert(mode), **options)
    assert plain_jpeg.header(data) == (512, 300, 1)


def exif(orientation=6):
    tags = Image.Exif()
    tags[0x0112] = orientation
    return tags.tobytes()


TWICE = b"\xff\xe1" + (len(exif()) + 2).to_bytes(2) + exif()
XMP = b"\xff\xe1\x00\x22http://ns.adobe.com/xap/1.0/\x00abc"


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
        lambda data: data[:2] + XMP + data[2:],
        lambda data: data[:2] + TWICE + TWICE + data[2:],
        lambda data: data[:2] + b"\xff\xe1\x00\x0cExif\x00\x00MM??" + data[2:],
    ],
    ids=[
        "cut off",
        "something behind it",
        "empty",
        "no picture",
        "no marker",
        "other marker",
        "runs out",
        "XMP",
        "EXIF twice",
        "damaged EXIF",
    ],
)
def test_what_is_unusual_is_for_pillow(encoded, corners, change):
    assert plain_jpeg.header(change(encoded(corners))) is None


@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_is_turned_as_exif_says(encoded, astronaut, orientation):
    data = encoded(astronaut[100:164, 50:114], exif=exif(orientation), quality=95)
    assert plain_jpeg.header(data) == (64, 64, orientation)
    turned = plain_jpeg.upright(plain_jpeg.decode(data, 64, 128), orientation)[:, :, ::-1]
    careful = np.asarray(pictures.square(data, 128)).astype(int)
    assert np.abs(turned - careful).mean() < 2


@pytest.mark.parametrize("orientation", [0, 9, 300])
def test_turns_that_there_are_not_are_for_pillow(encoded, corners, orientation):
    assert plain_jpeg.header(encoded(corners, exif=exif(orientation))) is None


def test_what_colours_is_for_pillow(encoded, corners):
    assert plain_jpeg.header(encoded(corners, icc_profile=b"x" * 200)) is None


def test_cmyk_is_for_pillow(encoded, corners):
    assert plain_jpeg.header(encoded(Image.fromarray(corners).convert("CMYK"))) is None


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_other_formats_are_for_pillow(encoded, corners, form):
    assert plain_jpeg.header(encoded(corners, form)) is None


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
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_small_square_gives_the_pixels_that_pillow_gives(encoded, astronaut, side, mode):
    square = Image.fromarray(astronaut[100 : 100 + side, 50 : 50 + side]).convert(mode)
    data = encoded(square, quality=92, subsampling=0) if mode == "RGB" else encoded(square)
    quick = plain_jpeg.decode(data, side, 128)[:, :, ::-1].astype(int)
    careful = np.asarray(pictures.square(data, 128))
    assert np.abs(quick - careful).max() <= 2


@pytest.mark.parametrize("side", [64, 100, 128])
def test_a_tile_keeps_the_colours_of_its_file(encoded, astronaut, side):
    """Saved again from pixels as Pillow smooths them, it would be further from its file."""
    data = encoded(astronaut[100 : 100 + side, 50 : 50 + side], quality=92)
    ours = simplejpeg.encode_jpeg(plain_jpeg.decode(data, side, 128), 92, "BGR", "420")
    theirs = encoded(np.asarray(pictures.square(data, 128)), quality=92)
    assert off(ours, data) < 0.6 * off(theirs, data)


def off(jpeg, data):
    """How far the colours of two JPEGs are apart, as they lie in the files: a value for each two by two pixels."""
    planes = [np.asarray(Image.open(io.BytesIO(each)).convert("YCbCr")) for each in (jpeg, data)]
    return np.abs(planes[0].astype(int) - planes[1])[:, :, 1:].mean()


@pytest.mark.parametrize("name", ["astronaut", "coffee", "chelsea", "rocket"])
@pytest.mark.parametrize("side", [129, 190, 193, 255, 375, 384, 500, 1000])
def test_made_smaller_it_is_as_near_to_lanczos_as_the_careful_way(name, side):
    photo = Image.fromarray(getattr(skimage.data, name)())
    square = photo.resize((side, side), Image.Resampling.LANCZOS, box=(0, 0, 300, 300))
    best = np.asarray(square.resize((128, 128), Image.Resampling.LANCZOS))
    careful = np.asarray(pictures.smaller(square, 128))
    quick = plain_jpeg.smaller(np.asarray(square), 128)
    assert quick.shape == (128, 128, 3)
    assert decibels(quick, best) > decibels(careful, best) - 2


def decibels(one, two):
    return 10 * np.log10(255**2 / np.mean((one.astype(float) - two) ** 2))
