import math

import pytest

from engine import types
from engine.errors import BadSetting
from engine.types import Settings


def test_the_defaults_are_usable():
    assert Settings() == Settings("perceptual", 0.05, None, None, None)


@pytest.mark.parametrize("penalty", [-0.01, 0.51, math.nan, math.inf, -math.inf])
def test_a_penalty_out_of_range_is_named(penalty):
    with pytest.raises(BadSetting, match=f"from 0 to 0.5: {penalty} is not"):
        Settings(penalty=penalty)


@pytest.mark.parametrize("penalty", [0, 0.5])
def test_the_ends_of_the_slider_are_in_range(penalty):
    assert Settings(penalty=penalty).penalty == penalty


@pytest.mark.parametrize("k", [0, -1, 2_001])
def test_too_few_and_too_many_candidates_are_named(k):
    with pytest.raises(BadSetting, match=r"is 1 to 2,000"):
        Settings(k=k)


@pytest.mark.parametrize("shift", [-0.1, 1.01, math.nan])
def test_a_shift_out_of_range_is_named(shift):
    with pytest.raises(BadSetting, match=f"from 0 to 1: {shift} is not"):
        Settings(shift=shift)


def test_silence_says_nothing(capsys):
    types.silent("Drawing", 0.5)
    assert capsys.readouterr() == ("", "")
