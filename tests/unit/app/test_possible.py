"""What cannot be held is said as the engine would say it, before there is a job."""

from functools import partial

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.domain.errors import BadInput
from app.domain.grid import GridSize
from app.domain.options import MosaicOptions
from app.domain.possible import check_possible
from engine.errors import BadSetting
from engine.place.possible import check
from engine.wishes import Wishes

WISHES = st.fixed_dictionaries(
    {
        "max_uses": st.none() | st.integers(1, 30),
        "min_distance": st.integers(0, 10),
        "use_all": st.booleans(),
    }
)


def said(call, *arguments):
    try:
        call(*arguments)
    except (BadInput, BadSetting) as error:
        return str(error)
    return None


@given(WISHES, st.integers(1, 20_000), st.integers(1, 300), st.integers(1, 200))
@example({"max_uses": 1, "min_distance": 0, "use_all": False}, 3000, 96, 63)
@example({"max_uses": 2, "min_distance": 0, "use_all": False}, 1, 300, 200)
@example({"max_uses": None, "min_distance": 10, "use_all": False}, 120, 11, 11)
@example({"max_uses": None, "min_distance": 0, "use_all": True}, 6049, 96, 63)
@example({"max_uses": 1, "min_distance": 0, "use_all": True}, 6048, 96, 63)
def test_the_sentences_are_the_engines(wishes, tiles, cols, rows):
    options, grid = MosaicOptions(**wishes), GridSize(cols, rows)
    theirs = said(check, Wishes(**wishes), tiles, None, cols, rows)
    assert said(check_possible, options, tiles, grid) == theirs
    families = np.arange(2 * tiles, dtype=np.int32) // 2
    theirs = said(check, Wishes(**wishes, families=families), 2 * tiles, families, cols, rows)
    assert said(partial(check_possible, grouped=True), options, tiles, grid) == theirs


SENTENCES = [
    (
        {"max_uses": 1},
        "3,000 tiles at 1 use cannot cover 6,048 cells: allow 3 uses or use 67 cells across.",
    ),
    (
        {"min_distance": 9},
        "To show no tile twice within 9 cells takes 100 tiles, not 50: choose a distance of 6 or add 50 tiles.",
    ),
    (
        {"use_all": True},
        "7,000 tiles cannot all show in 6,048 cells: take 952 tiles out of the set or use 105 cells across.",
    ),
]


@pytest.mark.parametrize(("wish", "sentence"), SENTENCES)
def test_each_names_its_field_with_numbers_and_a_way_out(wish, sentence):
    (field,) = wish
    tiles = {"max_uses": 3000, "min_distance": 50, "use_all": 7000}[field]
    with pytest.raises(BadInput) as caught:
        check_possible(MosaicOptions(**wish), tiles, GridSize(96, 63))
    assert (caught.value.field, caught.value.sentence) == (field, sentence)
