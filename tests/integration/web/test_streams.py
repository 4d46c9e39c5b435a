"""Server-Sent Events as a browser gets them."""

import pytest

from app.domain.states import JobState
from app.web import jobs
from app.web.events import Slots


@pytest.fixture
def finished(maker, person):
    return maker.mosaic(maker.photo(person.id), maker.tile_set(person.id))


def test_a_finished_mosaic_is_told_once_and_the_stream_ends(person, finished):
    answer = person.get(f"/jobs/{finished.job.id}/events")
    assert answer.mimetype == "text/event-stream"
    assert answer.headers["Cache-Control"] == "no-store"
    text = answer.text
    assert text.count("event: progress\n") == 1
    assert f"/mosaics/{finished.id}/preview.jpg" in text
    assert f'hx-get="/mosaics/{finished.id}"' in text
    assert text.endswith("event: end\ndata: \n\n")


def test_a_reading_tells_its_counts_and_where_to_go_then(person, maker, finished):
    job = maker.source(finished.tile_set, state=JobState.CANCELLED)
    text = person.get(f"/jobs/{job.id}/events").text
    assert "12 taken, 1 refused" in text
    assert f'hx-get="/tiles/{finished.tile_set_id}"' in text


def test_a_running_job_is_told_as_it_goes(person, maker):
    running = maker.mosaic(
        maker.photo(person.id), maker.tile_set(person.id), state=JobState.RUNNING
    )
    stream = iter(person.get(f"/jobs/{running.job.id}/events", buffered=False).response)
    assert next(stream).startswith(b"retry:")
    told = [next(stream), next(stream)]
    assert b"Comparing tiles" in told[1]
    assert b"hx-get" not in told[1]
    stream.close()


def test_streams_are_bounded_so_that_pages_always_have_a_thread(person, finished, monkeypatch):
    slots = Slots(1)
    monkeypatch.setattr(jobs, "slots", slots)
    address = f"/jobs/{finished.job.id}/events"
    assert slots.take()
    assert person.get(address).status_code == 204
    slots.give_back()
    for _ in range(3):  # a stream that was read gives its place back
        answer = person.get(address)
        assert answer.status_code == 200
        answer.close()
