"""Tile numbers in few words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import BadInput
from app.domain.numbers import numbers_in, runs_of, slice_of, words_of

numbers = st.lists(st.integers(0, 60), unique=True, min_size=1)


@given(numbers)
def test_words_mean_the_numbers_they_were_made_of(some):
    assert numbers_in(words_of(runs_of(some)), most=100) == some


@given(numbers, st.integers(0, 70), st.integers(0, 70))
def test_a_slice_of_runs_is_a_slice_of_the_list(some, start, stop):
    assert slice_of(runs_of(some), start, stop) == some[start:stop]


@pytest.mark.parametrize("words", ["", ",", "x", "-1", "5-3", "1-", "1.5", "9999999999", "٣"])
def test_what_names_no_tiles_gets_a_sentence(words):
    with pytest.raises(BadInput):
        numbers_in(words, most=100)


def test_a_range_is_counted_before_it_is_made():
    with pytest.raises(BadInput, match="100 at most"):
        numbers_in("0-2000000000", most=100)
