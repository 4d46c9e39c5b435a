"""Times in a film, as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import BadInput
from app.domain.timecodes import time_code, time_ms_in


@given(st.integers(0, 400 * 3_600_000))
def test_a_time_code_means_the_time_it_was_made_of(time_ms):
    assert time_ms_in(time_code(time_ms), field="from") == time_ms


@pytest.mark.parametrize("text", ["x", "1:2:3:4", "1:", "-5", "1h", "99999999"])
def test_what_is_no_time_gets_a_sentence(text):
    with pytest.raises(BadInput, match="no time in a film") as caught:
        time_ms_in(text, field="to")
    assert caught.value.field == "to"
