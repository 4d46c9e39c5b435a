"""Colours in plain Python are the engine's colours."""

import doctest

import numpy as np
import pytest

from app.domain import colors, coverage, numbers, preflight, sheets, timecodes
from app.domain.colors import BOX, GREYS, HUES, ORANGES, gamut, lab_of, middle_of, name_of, rgb_of
from engine import color
from worker.jobs import packs_wiped


def test_lab_is_the_engines_lab():
    rgb = np.random.default_rng(1).integers(0, 256, (500, 3), np.uint8)
    ours = [lab_of(tuple(int(part) for part in one)) for one in rgb]
    assert np.abs(np.array(ours) - color.lab(rgb)).max() < 0.01


def test_there_and_back_is_the_same_color():
    for one in (
        (0, 0, 0),
        (255, 255, 255),
        (255, 0, 0),
        (0, 0, 255),
        (12, 200, 99),
        (128, 128, 127),
    ):
        assert rgb_of(lab_of(one)) == one


def test_the_gamut_is_what_a_screen_shows():
    levels = np.arange(0, 256, 3, dtype=np.uint8)
    cube = np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), axis=-1).reshape(-1, 3)
    shown = {tuple(box) for box in np.floor(color.lab(cube) / BOX).astype(int).tolist()}
    assert set(gamut()) <= shown
    for box, rgb in gamut().items():
        assert np.abs(np.array(lab_of(rgb)) - middle_of(box)).max() < 1


def test_every_color_of_a_screen_has_a_name():
    named = {name_of(middle_of(box)) for box in gamut()} | {name_of((105, 0, 0))}
    known = {ORANGES} | {name for _, name in GREYS} | {name for _, names in HUES for name in names}
    assert named <= known
    assert len(named) > 20


@pytest.mark.parametrize(
    ("rgb", "name"),
    [
        ((0, 0, 0), "blacks"),
        ((255, 255, 255), "whites"),
        ((20, 30, 90), "dark blues"),
        ((0, 0, 255), "dark blues"),
        ((120, 170, 230), "light blues"),
        ((224, 192, 165), "sands"),
        ((240, 130, 20), "oranges"),
        ((20, 60, 20), "dark greens"),
        ((200, 30, 30), "reds"),
        ((90, 50, 20), "dark browns"),
    ],
)
def test_names_are_what_people_call_them(rgb, name):
    assert name_of(lab_of(rgb)) == name


@pytest.mark.parametrize(
    "module", [colors, coverage, numbers, preflight, sheets, timecodes, packs_wiped]
)
def test_the_examples_in_the_docstrings_hold(module):
    found = doctest.testmod(module)
    assert found.attempted
    assert not found.failed
