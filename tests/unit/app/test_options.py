import math

import pytest

import engine.match
from app.domain.errors import BadInput
from app.domain.options import MATCHERS, MosaicOptions


def test_empty_fields_mean_the_defaults():
    assert MosaicOptions.parse() == MosaicOptions(
        penalty=0.05, matcher="perceptual", cells_across=None
    )


def test_fields_are_read_as_a_form_sends_them():
    options = MosaicOptions.parse(penalty=" 0,15 ", matcher="exhaustive", cells_across="48")
    assert options == MosaicOptions(penalty=0.15, matcher="exhaustive", cells_across=48)


@pytest.mark.parametrize("penalty", ["0.51", "-0.01", "nan", "inf", "-inf", "much", "0.1.2", "1e9"])
def test_a_penalty_out_of_range_is_named(penalty):
    with pytest.raises(BadInput, match="penalty is a number from 0 to 0.5") as caught:
        MosaicOptions.parse(penalty=penalty)
    assert caught.value.field == "penalty"
    assert penalty[:20] in caught.value.sentence


@pytest.mark.parametrize("penalty", ["0", "0.5", "0.500", "5e-2"])
def test_the_ends_of_the_slider_are_taken(penalty):
    assert math.isclose(MosaicOptions.parse(penalty=penalty).penalty, float(penalty))


@pytest.mark.parametrize("cells", ["3", "301", "-4", "12.5", "many", "٣٠٠٠"])
def test_cells_across_out_of_range_are_named(cells):
    with pytest.raises(BadInput, match="Cells across") as caught:
        MosaicOptions.parse(cells_across=cells)
    assert caught.value.field == "cells_across"


def test_an_unknown_matcher_is_named_with_the_known_ones():
    with pytest.raises(BadInput, match="perceptual, classic, exhaustive"):
        MosaicOptions.parse(matcher="psychic")


def test_the_form_offers_what_the_engine_has():
    assert set(MATCHERS) == set(engine.match.MATCHERS)
