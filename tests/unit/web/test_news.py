"""The stream of events, with a clock of our own."""

from sqlalchemy.exc import OperationalError

from app.domain.errors import NotFound
from app.web.events import KEEP_ALIVE, RETRY, Slots, Snapshot, event, news


class Time:
    """Stands still but for the sleeps of the stream."""

    def __init__(self):
        self.now = 0.0

    def sleep(self, seconds):
        self.now += seconds

    def __call__(self):
        return self.now


def listen(*snapshots, last=None):
    """What is sent while the snapshots come one after the other."""
    coming = iter(snapshots)
    time = Time()

    def snapshot():
        found = next(coming, last)
        if isinstance(found, Exception):
            raise found
        return found

    return list(news(snapshot, sleep=time.sleep, clock=time)), time


def half(share):
    return Snapshot({"progress": f"{share} %"}, over=False)


DONE = Snapshot({"progress": "100 %"}, over=True)


def test_only_changes_are_sent_and_the_end_closes():
    sent, _ = listen(half(10), half(10), half(20), DONE)
    assert sent == [
        RETRY,
        event("progress", "10 %"),
        event("progress", "20 %"),
        event("progress", "100 %"),
        event("end", ""),
    ]


def test_it_looks_twice_a_second():
    _, time = listen(half(10), half(10), half(20), DONE)
    assert time.now == 1.5


def test_a_quiet_stream_says_that_it_is_alive_every_fifteen_seconds():
    sent, time = listen(*[half(10)] * 100, DONE)
    assert sent.count(KEEP_ALIVE) == 3
    assert time.now == 50


def test_a_stream_does_not_hold_its_thread_for_ever():
    sent, time = listen(last=half(10))
    assert 600 <= time.now <= 601
    assert event("end", "") not in sent


def test_something_deleted_meanwhile_ends_the_stream():
    sent, _ = listen(half(10), NotFound("gone"))
    assert b"deleted" in sent[-2]
    assert sent[-1] == event("end", "")


def test_a_lost_database_ends_the_stream_without_an_end_so_that_the_browser_asks_again():
    sent, _ = listen(half(10), OperationalError("select", {}, Exception("away")))
    assert sent == [RETRY, event("progress", "10 %")]


def test_slots_are_bounded_and_come_back():
    slots = Slots(2)
    assert [slots.take(), slots.take(), slots.take()] == [True, True, False]
    slots.give_back()
    assert slots.take()
