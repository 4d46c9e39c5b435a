"""When a film is looked at, against a search of all frames at each look."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.sampling import SampleTimes

rates = st.fractions(Fraction(1, 10), 5, max_denominator=30)
frame_times = st.sets(st.integers(0, 20_000), min_size=1).map(sorted)


def taken(times, frames, last_ms=40):
    return [
        (look, ms) for look, ms, _ in times.taken(((ms, None) for ms in frames), last_ms=last_ms)
    ]


def slow_taken(times, frames, last_ms):
    """At each look the frame that is shown then; none twice."""
    out = []
    for look in range(times.first_from(frames[-1]) + 1):
        at = times.time_ms(look)
        shown = [ms for ms in frames if ms <= at]
        if shown and at < frames[-1] + last_ms and (not out or out[-1][1] != shown[-1]):
            out.append((look, shown[-1]))
    return out


@given(rates, frame_times, st.integers(1, 5_000))
def test_as_a_search_of_all_frames(rate, frames, last_ms):
    times = SampleTimes(rate)
    assert taken(times, frames, last_ms) == slow_taken(times, frames, last_ms)


@given(rates, frame_times, st.integers(0, 20_000))
def test_reading_from_a_later_frame_takes_the_same(rate, frames, start):
    """From the last frame before a look on, whatever is taken at that look or later."""
    times = SampleTimes(rate)
    look = times.first_from(start)
    earlier = [ms for ms in frames if look and ms <= times.time_ms(look - 1)]
    tail = frames[max(0, len(earlier) - 1) :]
    assert [t for t in taken(times, tail) if t[0] >= look] == [
        t for t in taken(times, frames) if t[0] >= look
    ]


@given(rates, st.integers(0, 10**8))
def test_the_first_look_at_a_time_or_later(rate, ms):
    times = SampleTimes(rate)
    look = times.first_from(ms)
    assert times.time_ms(look) >= ms
    assert look == 0 or times.time_ms(look - 1) < ms


def test_once_a_second_of_25_frames():
    frames = range(0, 3_000, 40)
    assert taken(SampleTimes(Fraction(1)), frames) == [(0, 0), (1, 1_000), (2, 2_000)]


def test_a_frame_shown_for_ten_seconds_is_taken_once():
    frames = [*range(0, 2_500, 40), *range(12_500, 13_900, 40)]
    looks = taken(SampleTimes(Fraction(1)), frames)
    assert looks == [(0, 0), (1, 1_000), (2, 2_000), (3, 2_480), (13, 12_980)]


@pytest.mark.parametrize(("last_ms", "looks"), [(40, [(0, 0)]), (900, [(0, 0), (1, 200)])])
def test_the_last_frame_counts_for_as_long_as_it_is_shown(last_ms, looks):
    assert taken(SampleTimes(Fraction(1)), [0, 200], last_ms) == looks


@pytest.mark.parametrize(
    ("keys", "length", "enough"),
    [
        ([0, 5_000, 10_000, 15_000], 20_000, True),
        ([0, 10_000], 20_000, True),
        ([0, 10_001], 20_000, False),
        ([0, 5_000, 10_000], 20_001, False),
        ([10_500, 20_000], 20_000, False),
        ([], 20_000, False),
        ([-80, 9_920], 19_000, True),
    ],
)
def test_key_frames_are_enough_where_every_step_has_one(keys, length, enough):
    assert SampleTimes(Fraction(1, 10)).dense_enough(keys, length) is enough
