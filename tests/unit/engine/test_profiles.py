"""Colours through profiles that are in use: Display P3 of phones, CMYK of printers, both as libvips carries them."""

import io

import numpy as np
import pytest
import pyvips
from PIL import Image

from engine.pictures import photo, square

# From the primaries that Apple and SMPTE publish for P3 (white of D65) to those of sRGB, both linear.
P3_TO_SRGB = np.array([[1.2249, -0.2247, 0.0], [-0.0420, 1.0419, 0.0], [-0.0197, -0.0786, 1.0979]])


def profile(name):
    return bytes(pyvips.Image.profile_load(name))


def plain(mode, colour, name, form):
    """A picture of one colour, in numbers of the device that the profile describes."""
    out = io.BytesIO()
    options = {"quality": 100, "subsampling": 0} if form == "JPEG" else {"lossless": True}
    Image.new(mode, (24, 24), tuple(colour)).save(out, form, icc_profile=profile(name), **options)
    return out.getvalue()


def both(data):
    """The colour as a tile has it, and as a photo has it."""
    (width, _), strips = photo(data)
    rows = np.frombuffer(b"".join(strips), np.uint8).reshape(-1, width, 3)
    return np.asarray(square(data, 24))[12, 12].astype(int), rows[12, 12].astype(int)


def expected(colour):
    """The sRGB of a colour in Display P3, by arithmetic (IEC 61966-2-1 for the curve)."""
    value = np.asarray(colour) / 255
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    linear = np.clip(P3_TO_SRGB @ linear, 0, 1)
    curved = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.round(255 * curved).astype(int)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(
    "colour",
    [(200, 120, 60), (60, 140, 90), (90, 90, 200), (128, 128, 128), (255, 0, 0), (255, 255, 255)],
)
def test_display_p3(form, colour):
    wanted = expected(colour)
    for read in both(plain("RGB", colour, "p3", form)):
        assert np.abs(read - wanted).max() <= 3
    if form != "JPEG" and len({*colour}) > 1 and max(colour) < 255:
        assert np.abs(wanted - colour).max() > 3  # taken for sRGB it would be another colour


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_srgb_itself_changes_nothing(form):
    for read in both(plain("RGB", (200, 120, 60), "srgb", form)):
        assert np.abs(read - (200, 120, 60)).max() <= 2


def test_a_printers_cmyk():
    """Paper is white, ink on ink is dark, and cyan is the ink, not the light."""
    inks = {"none": (0, 0, 0, 0), "all": (255, 255, 255, 255), "cyan": (255, 0, 0, 0)}
    read = {name: both(plain("CMYK", ink, "cmyk", "JPEG")) for name, ink in inks.items()}
    for tile, whole in read.values():
        assert np.abs(tile - whole).max() <= 2
    assert read["none"][0].min() >= 250
    assert read["all"][0].max() < 60
    red, green, blue = read["cyan"][0]
    assert red < 60
    assert 130 < green < blue < 255
