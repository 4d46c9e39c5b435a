import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.selection import least, smallest

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
