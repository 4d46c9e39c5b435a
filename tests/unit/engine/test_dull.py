"""Frames that make no good tile, made up and from photographs."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from skimage import data

from engine.dull import blank, blend, credit_roll, even_ground, luminance

NAMES = ("astronaut", "coffee", "chelsea", "rocket", "hubble_deep_field", "retina", "grass")


def grey(pixels, size=(456, 256)):
    return luminance(np.asarray(Image.fromarray(pixels).convert("RGB").resize(size)))


def letters(lines, *, size=18, ground=(0, 0, 0), ink=(230, 230, 230)):
    picture = Image.new("RGB", (456, 256), ground)
    draw = ImageDraw.Draw(picture)
    for i, line in enumerate(lines):
        draw.text((228, 24 + 26 * i), line, ink, ImageFont.load_default(size), anchor="mm")
    return luminance(np.asarray(picture))


def moving(picture, shift):
    """600 places of a photograph whose camera moves."""
    return picture[40:80, 40 + shift : 100 + shift].astype(np.float32).reshape(-1)[::4]


ROLL = [
    "Directed by  Maria Example",
    "Produced by  John Sample",
    "Music  The Quartet",
    "Editor  Ann Other",
]


def test_luminance():
    pixels = np.array(
        [[[0, 0, 0], [255, 255, 255], [255, 0, 0], [0, 255, 0], [0, 0, 255]]], np.uint8
    )
    assert luminance(pixels).tolist() == [[0, 255, 76, 149, 28]]


@pytest.mark.parametrize("level", [0, 16, 128, 255])
def test_one_colour_is_blank(level):
    noise = np.random.default_rng(0).integers(0, 5, (72, 128))
    assert blank(np.clip(level + noise, 0, 255).astype(np.uint8))


@pytest.mark.parametrize("name", NAMES)
def test_a_photograph_is_not_dull(name):
    seen = grey(getattr(data, name)())
    assert not blank(seen)
    assert not credit_roll(seen)


def test_a_night_with_lights_is_not_blank():
    night = np.full((72, 128), 4, np.uint8)
    night[30:34, 20:60] = 200
    assert not blank(night)


@pytest.mark.parametrize("ground", [(0, 0, 0), (10, 20, 60), (250, 250, 250)])
@pytest.mark.parametrize("lines", [ROLL, ROLL[:1], ROLL * 2])
def test_lines_of_letters_are_letters(ground, lines):
    ink = (20, 20, 20) if ground[0] > 128 else (230, 230, 230)
    roll = letters(lines, ground=ground, ink=ink)
    assert even_ground(roll)
    assert credit_roll(roll)


def test_a_moon_is_no_letter():
    picture = Image.new("RGB", (456, 256))
    ImageDraw.Draw(picture).ellipse((180, 80, 280, 180), fill=(220, 220, 210))
    assert not credit_roll(luminance(np.asarray(picture)))


def test_stars_are_no_letters():
    stars = np.full((256, 456), 3, np.uint8)
    rng = np.random.default_rng(0)
    stars[rng.integers(0, 256, 300), rng.integers(0, 456, 300)] = 255
    assert not credit_roll(stars)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_a_mixture_of_its_neighbours_is_a_blend(share):
    before, after = (grey(getattr(data, name)(), (64, 36)).reshape(-1) for name in NAMES[:2])
    before, after = before.astype(np.float32), after.astype(np.float32)
    noise = np.random.default_rng(0).normal(0, 1, before.shape).astype(np.float32)
    assert blend(before + share * (after - before) + noise, before, after)
    assert not blend(before + noise, before, after)
    assert not blend(after + noise, before, after)


def test_a_fade_is_a_blend():
    shown = grey(data.chelsea(), (64, 36)).reshape(-1).astype(np.float32)
    assert blend(shown / 2, np.zeros_like(shown), shown)


@pytest.mark.parametrize("name", ["astronaut", "chelsea", "coffee"])
@pytest.mark.parametrize("speed", [0, 1, 5, 20])
def test_a_camera_that_moves_makes_no_blends(name, speed):
    picture = luminance(np.asarray(Image.fromarray(getattr(data, name)()).resize((200, 120))))
    before, here, after = (moving(picture, speed * i) for i in range(3))
    assert not blend(here, before, after)


def test_three_shots_are_no_blend():
    shots = [
        grey(getattr(data, name)(), (64, 36)).reshape(-1).astype(np.float32) for name in NAMES[:3]
    ]
    assert not blend(shots[1], shots[0], shots[2])
