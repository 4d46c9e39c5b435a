import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.selection import least, limit_of, smallest

NUMBERS = st.lists(
    st.sampled_from([0.0, 0.5, 1.0, 2.0, np.inf]) | st.floats(-1e3, 1e3, width=32),
    min_size=1,
    max_size=60,
)


@settings(deadline=None)
@given(NUMBERS, st.data())
def test_the_kth_number_is_that_of_a_sort(numbers, data):
    k = data.draw(st.integers(0, len(numbers) - 1))
    values = np.array(numbers, np.float32)
    assert least(values.copy(), len(values), k) == np.sort(values)[k]


@settings(deadline=None)
@given(NUMBERS, st.data())
def test_the_smallest_are_those_of_a_stable_sort(numbers, data):
    k = data.draw(st.integers(1, len(numbers)))
    values, places = np.array(numbers, np.float32), np.empty(k, np.int32)
    smallest(values, np.empty_like(values), places)
    assert (places == np.sort(np.argsort(values, kind="stable")[:k])).all()


@settings(deadline=None)
@given(
    st.integers(0, 9),
    st.integers(1, 3000),
    st.sampled_from(["any", "sorted", "few", "far"]),
    st.data(),
)
def test_the_limit_of_many_is_found_whatever_was_guessed(seed, count, kind, data):
    """A guess from every eighth value is far off where those are unlike the others."""
    k = data.draw(st.integers(0, count - 1))
    values = np.random.default_rng(seed).normal(size=count).astype(np.float32)
    if kind == "sorted":
        values.sort()
    if kind == "few":
        values = values.round()
    if kind == "far":
        values[::8] -= 10
    scratch = np.empty_like(values)
    limit, looked_at = limit_of(values, k, scratch)
    assert limit == np.sort(values)[k]
    less = values[values < limit]
    assert np.isin(less, scratch[:looked_at]).all()
    assert (np.sort(scratch[:looked_at])[: k + 1] == np.sort(values)[: k + 1]).all()
