"""A failed job has a button, which does it again, once."""

import pytest
from sqlalchemy import func, select, update

from app.domain.states import JobKind, JobState, Queue
from app.models import Job, Refusal, Source, SourceFile
from app.services import job_parts, job_table
from app.services.end_reading import end_readings
from app.services.job_table import Claimed


@pytest.fixture
def job(sessions):
    def read(job_id):
        with sessions() as session:
            return session.get(Job, job_id)

    return read


def fail(sessions, which, **values):
    with sessions.begin() as session:
        session.execute(
            update(Job)
            .where(which)
            .values(
                state=JobState.FAILED,
                attempt=3,
                token=None,
                lease=None,
                error=job_table.GAVE_UP,
                finished_at=func.now(),
                **values,
            )
        )


def test_a_failed_mosaic_says_why_and_is_tried_again_once(person, mine, sessions, bell, job):
    mosaic = mine.running
    fail(sessions, Job.mosaic_id == mosaic.id)
    page = person.get(f"/mosaics/{mosaic.id}").text
    assert "stopped three times" in page
    assert "Try again" in page
    address = f"/jobs/{mosaic.job.id}/again"
    assert person.post(address).location == f"/mosaics/{mosaic.id}"
    again = job(mosaic.job.id)
    assert (again.state, again.attempt, again.error) == (JobState.QUEUED, 0, None)
    assert bell.rings[-1] == Queue.MOSAICS
    with sessions.begin() as session:
        while claimed := job_table.claim(session, Queue.MOSAICS):
            token = claimed.token if claimed.id == again.id else None
            if token:
                break
    assert person.post(address).status_code == 303
    assert job(mosaic.job.id).token == token, "the second press left it alone"
    assert "Try again" not in person.get(f"/mosaics/{mosaic.id}").text


def test_what_was_made_is_not_made_again(person, mine, job):
    assert person.post(f"/jobs/{mine.finished.job.id}/again").status_code == 303
    assert job(mine.finished.job.id).state == JobState.SUCCEEDED


def test_trying_again_takes_room_among_the_jobs_that_may_wait(limited, maker, sessions, job):
    person = limited(quota_jobs=1)
    mosaics = [
        maker.mosaic(maker.photo(person.id), maker.tile_set(person.id), state=JobState.QUEUED)
        for _ in range(2)
    ]
    failed, waiting = (mosaic.job.id for mosaic in mosaics)
    fail(sessions, Job.id == failed)
    answer = person.post(f"/jobs/{failed}/again")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "30")
    assert "as many as one person may have at once" in answer.text
    assert job(failed).state == JobState.FAILED
    fail(sessions, Job.id == waiting)
    assert person.post(f"/jobs/{failed}/again").status_code == 303
    assert job(failed).state == JobState.QUEUED
    assert person.post(f"/jobs/{waiting}/again").status_code == 429


def put_file(sessions, storage, source_id):
    key = f"o/x/uploads/{source_id}/7"
    storage.put(key, b"zip")
    with sessions.begin() as session:
        session.add(SourceFile(source_id=source_id, number=7, name="a.zip", key=key, bytes=3))
    return key


def test_an_upload_that_failed_waits_a_day_with_its_files(person, mine, sessions, storage, job):
    reading = mine.reading
    key = put_file(sessions, storage, reading.source_id)
    fail(sessions, Job.id == reading.id)
    with sessions.begin() as session:
        assert key not in end_readings(session)
    assert "Try again" in person.get(f"/tiles/{mine.tile_set.id}").text
    assert person.post(f"/jobs/{reading.id}/again").location == f"/tiles/{mine.tile_set.id}"
    assert job(reading.id).state == JobState.QUEUED
    fail(sessions, Job.id == reading.id)
    with sessions.begin() as session:
        session.execute(
            update(Job)
            .where(Job.id == reading.id)
            .values(finished_at=func.now() - func.make_interval(0, 0, 0, 2))
        )
        assert key in end_readings(session)
    assert "Try again" not in person.get(f"/tiles/{mine.tile_set.id}").text
    answer = person.post(f"/jobs/{reading.id}/again")
    assert answer.status_code == 422
    assert "kept for a day" in answer.text


def test_of_a_job_in_parts_those_that_failed_are_done_again(person, mine, sessions, storage, job):
    reading = mine.reading
    put_file(sessions, storage, reading.source_id)
    details = [{"position": n, "says": f"part {n}", "count": 5} for n in range(2)]
    running = job(reading.id)
    same = ("id", "token", "owner_id", "mosaic_id", "source_id", "attempt")
    claimed = Claimed(kind=JobKind.READ_SOURCE, **{name: getattr(running, name) for name in same})
    with sessions.begin() as session:
        assert job_parts.split(session, claimed, JobKind.READ_PART, details, "Reading")
    fail(sessions, Job.parent_id == reading.id)
    with sessions.begin() as session:
        end_readings(session)
        assert session.get(Source, reading.source_id).refused == 10
    assert job(reading.id).state == JobState.FAILED
    assert person.post(f"/jobs/{reading.id}/again").status_code == 303
    assert job(reading.id).state == JobState.SPLIT
    with sessions() as session:
        parts = session.scalars(select(Job).where(Job.parent_id == reading.id)).all()
        assert [(part.state, part.attempt) for part in parts] == [(JobState.QUEUED, 0)] * 2
        assert session.get(Source, reading.source_id).refused == 0
        told = select(Refusal.name).where(Refusal.source_id == reading.source_id)
        assert not set(session.scalars(told)) & {"part 0", "part 1"}
