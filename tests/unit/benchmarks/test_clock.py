import os

import numpy as np
import pytest

from benchmarks.clock import Memory, alone, best, timed


def allocating(megabytes):
    """What is freed again counts too."""
    with Memory() as memory:
        len(np.ones(megabytes * 2**20, np.uint8))
        values = np.ones(megabytes * 2**20, np.uint8)
        for _ in range(20):  # long enough to be looked at
            values += 1
        del values
    return memory.peak


def test_work_alone_is_in_another_process():
    assert alone(os.getpid) != os.getpid()


def test_what_goes_wrong_alone_is_told():
    with pytest.raises(ZeroDivisionError):
        alone(divmod, 1, 0)


def test_peaks_are_of_the_process_alone():
    here = np.ones(300 * 2**20, np.uint8)
    small, large = alone(allocating, 1), alone(allocating, 250)
    assert len(here) > small.total * 2**20 > small.own * 2**20
    assert 240 < large.own - small.own < 290
    assert 240 < large.total - small.total < 290


def test_works_take_turns():
    order = []
    seconds = best(lambda: order.append("a"), lambda: order.append("b"), repeats=3)
    assert order == ["a", "b"] * 3
    assert len(seconds) == 2
    assert min(seconds) >= 0


def test_timed_work_returns_its_result():
    seconds, result = timed(lambda: 42)
    assert result == 42
    assert seconds >= 0
