import threading

import pytest

from engine.blocks import run_blocks
from engine.types import silent


class Stop(Exception):
    pass


def test_every_row_is_worked_on_once():
    rows, lock = [], threading.Lock()

    def work(start, stop):
        with lock:
            rows.extend(range(start, stop))

    run_blocks(work, 103, 10, stage="Working", progress=silent)
    assert sorted(rows) == list(range(103))


def test_no_rows_are_no_work():
    run_blocks(pytest.fail, 0, 10, stage="Working", progress=pytest.fail)


def test_what_progress_raises_ends_the_work():
    begun, gate = [], threading.Event()

    def work(start, stop):
        begun.append(start)
        if start:
            assert gate.wait(10)

    def stop(stage, share):
        gate.set()
        raise Stop

    with pytest.raises(Stop):
        run_blocks(work, 10_000, 1, stage="Working", progress=stop)
    assert len(begun) < 10_000


def test_what_the_work_raises_comes_out():
    def work(start, stop):
        raise Stop

    with pytest.raises(Stop):
        run_blocks(work, 3, 1, stage="Working", progress=pytest.fail)
