"""How much of a source a worker reads at a time."""

import numpy as np
import pytest

from worker.jobs.shares import parts_of


def sizes(total, least, piece=1 / 64):
    """Of the parts of so much work, in pieces that are all alike."""
    done = np.arange(1, round(total / piece) + 1) * piece
    numbers = parts_of(done, least)
    assert np.array_equal(np.unique(numbers), np.arange(numbers[-1] + 1))
    return (np.bincount(numbers) * piece).tolist()


def test_much_is_read_in_full_parts_and_smaller_ones_at_the_end():
    assert sizes(8, 0.5) == [1, 1, 1, 1, 1, 1, 0.65625, 0.453125, 0.4375, 0.453125]
    assert sizes(3, 0.125)[0] == 1
    assert max(sizes(3, 0.125)[-3:]) < 0.2


@pytest.mark.parametrize(("total", "parts"), [(0.1, 1), (0.5, 1), (0.7, 1), (1, 2), (2, 4)])
def test_little_is_not_cut_into_crumbs(total, parts):
    assert len(sizes(total, 0.5)) == parts


@pytest.mark.parametrize("total", [0.2, 0.9, 1, 1.5, 2.6, 3.4, 5.6, 7, 23.2])
@pytest.mark.parametrize("readers", [2, 3])
def test_whoever_reads_them_end_together(total, readers):
    parts = sizes(total, 0.125)
    assert max(parts) <= 1
    assert sum(parts) == pytest.approx(total, abs=1 / 64)
    ends = [0.0] * readers
    for part in parts:  # who is free takes the next one
        ends[ends.index(min(ends))] += part
    assert max(ends) - min(ends) <= 0.25


def test_no_part_holds_more_than_a_full_one_but_a_piece_that_does_alone():
    done = np.cumsum([0.4, 0.4, 0.4, 2.5, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4])
    numbers = parts_of(done, 0.5).tolist()
    assert numbers == sorted(numbers)
    for part in set(numbers):
        held = [
            size
            for size, number in zip(np.diff(done, prepend=0), numbers, strict=True)
            if number == part
        ]
        assert sum(held) <= 1 + 1e-9 or held == [pytest.approx(2.5)]


def test_nothing_is_no_part():
    assert parts_of(np.empty(0), 0.5).tolist() == []
