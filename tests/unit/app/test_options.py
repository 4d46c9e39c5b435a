import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

import engine.limits
import engine.match
import engine.place
from app.domain import limits
from app.domain.edits import Cell, Pin
from app.domain.errors import BadInput
from app.domain.options import MATCHERS, PLACEMENTS, READERS, MosaicOptions


def test_empty_fields_mean_the_defaults():
    assert MosaicOptions.parse() == MosaicOptions(
        penalty=0.05, matcher="perceptual", cells_across=None
    )


def test_fields_are_read_as_a_form_sends_them():
    options = MosaicOptions.parse(penalty=" 0,15 ", matcher="exhaustive", cells_across="48")
    assert options == MosaicOptions(penalty=0.15, matcher="exhaustive", cells_across=48)


def test_placement_and_wishes_are_read_as_a_form_sends_them():
    options = MosaicOptions.parse(
        placement="optimal", mirrors="no", shift="25", max_uses="3", min_distance="4", use_all="yes"
    )
    assert options == MosaicOptions(
        placement="optimal",
        mirrors=False,
        shift=0.25,
        max_uses=3,
        min_distance=4,
        use_all=True,
    )


def test_every_empty_field_means_its_default():
    assert MosaicOptions.parse(**dict.fromkeys(READERS, " ")) == MosaicOptions()


OPTIONS = st.builds(
    MosaicOptions,
    penalty=st.integers(0, 50).map(lambda percent: percent / 100),
    matcher=st.sampled_from(sorted(MATCHERS)),
    cells_across=st.none() | st.integers(4, 300),
    placement=st.none() | st.sampled_from(sorted(PLACEMENTS)),
    mirrors=st.none() | st.booleans(),
    shift=st.none() | st.integers(0, 100).map(lambda percent: percent / 100),
    max_uses=st.none() | st.integers(1, limits.CELLS_MAX),
    min_distance=st.integers(0, limits.DISTANCE_MAX),
    use_all=st.booleans(),
    families=st.booleans(),
    bans=st.frozensets(st.integers(0, 2**31 - 1), max_size=50).map(
        lambda bans: tuple(sorted(bans))
    ),
    pins=st.dictionaries(
        st.builds(Cell, st.integers(0, 299), st.integers(0, 299)),
        st.integers(0, 2**31 - 1),
        max_size=50,
    ).map(lambda pins: tuple(Pin(cell, pins[cell]) for cell in sorted(pins))),
)


@given(OPTIONS)
def test_what_is_written_is_read_as_the_same(options):
    assert list(options.written()) == list(READERS)
    assert MosaicOptions.parse(**options.written()) == options


WRONG = [
    ("placement", "by hand", "greedy, improved, optimal"),
    ("mirrors", "maybe", "neither yes nor no"),
    ("shift", "101", "from 0 to 100; “101” is not"),
    ("shift", "-1", "from 0 to 100"),
    ("shift", "12.5", "a whole percentage"),
    ("shift", "nan", "a whole percentage"),
    ("max_uses", "0", "whole number from 1 to 60,000; “0” is not"),
    ("max_uses", "1e3", "whole number from 1"),
    ("max_uses", "99999999999999999999999", "“99999999999999999999” is not"),
    ("min_distance", "11", "cells from 0 to 10; “11” is not"),
    ("min_distance", "{near}", "“{near}” is not"),
    ("use_all", "perhaps", "Tick the box"),
    ("families", "perhaps", "neither yes nor no"),
    ("bans", "all", "which tiles are banned. Nothing was changed"),
    ("bans", "4-3", "which tiles are banned"),
    ("bans", f"0-{limits.BANS_MAX}", "do without 2,000 tiles at most"),
    ("pins", "1.2", "which tiles are pinned. Nothing was changed"),
    ("pins", "1.2.3,", "which tiles are pinned"),
    ("pins", "60000.2.3", "which tiles are pinned"),
    ("pins", "1.2.99999999999", "which tiles are pinned"),
    ("pins", ",".join(f"{n}.0.1" for n in range(2001)), "2,000 pinned cells at most"),
]


@pytest.mark.parametrize(("field", "text", "sentence"), WRONG)
def test_each_wrong_wish_is_named_with_what_to_do(field, text, sentence):
    with pytest.raises(BadInput, match=sentence) as caught:
        MosaicOptions.parse(**{field: text})
    assert caught.value.field == field


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
    assert set(PLACEMENTS) == set(engine.place.METHODS)
    assert limits.DISTANCE_MAX == engine.limits.DISTANCE_MAX
