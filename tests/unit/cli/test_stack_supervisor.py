import pytest

from cli.stack.supervisor import Kept


class FakeProcess:
    name = "The worker"

    def __init__(self):
        self.starts = 0
        self.status = None

    def start(self, *, holding=()):
        self.starts += 1
        self.status = None

    def tail(self):
        return "The end of its log: no more memory"


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def process():
    return FakeProcess()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def kept(process, clock):
    return Kept(process, clock=clock)


def die(kept, process, clock):
    """Let it die, and say after how long it is started again."""
    process.status = 1
    kept.look(lambda text: None)
    delay = kept.due - clock.now
    clock.now = kept.due
    kept.look(lambda text: None)
    return delay


def test_who_runs_is_left_alone(kept, process, clock):
    clock.now = 1e6
    kept.look(pytest.fail)
    assert (process.starts, kept.due) == (1, None)


def test_a_death_is_reported_with_the_end_of_the_log(kept, process):
    said = []
    process.status = 1
    kept.look(said.append)
    assert said[0] == "The worker ended by itself. The end of its log: no more memory"
    assert said[1] == "It is started again in 1 s. Whatever was saved is safe."
    assert process.starts == 1


def test_nothing_happens_before_its_time_has_come(kept, process, clock):
    process.status = 1
    kept.look(lambda text: None)
    clock.now = kept.due - 0.01
    kept.look(pytest.fail)
    assert process.starts == 1


def test_each_death_waits_longer_up_to_half_a_minute(kept, process, clock):
    assert [die(kept, process, clock) for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]
    assert process.starts == 8


def test_who_ran_long_enough_starts_afresh(kept, process, clock):
    die(kept, process, clock)
    die(kept, process, clock)
    clock.now += 61
    assert die(kept, process, clock) == 1
