"""Jobs in parts, each step against a real PostgreSQL."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from app.domain.states import JobKind, JobState
from app.models import Job
from app.services import job_parts, job_table
from app.services.cancel_job import cancel_job


@pytest.fixture
def split(queue_job, claim, step):
    """A job in three parts."""

    def make(count=3):
        job_id = queue_job()
        details = [{"number": number} for number in range(count)]
        assert step(job_parts.split, claim(), JobKind.READ_PART, details, "Reading")
        return job_id

    return make


def test_a_split_job_waits_for_its_parts(split, claim, row):
    job_id = split()
    waiting = row(job_id)
    assert (waiting.state, waiting.token, waiting.stage) == (JobState.SPLIT, None, "Reading")
    parts = [claim() for _ in range(3)]
    assert [part.details for part in parts] == [{"number": number} for number in range(3)]
    assert {part.parent_id for part in parts} == {job_id}
    assert {part.kind for part in parts} == {JobKind.READ_PART}
    assert claim() is None


def test_parts_are_as_old_as_their_job(split, claim, queue_job, row):
    job_id = split()
    later = queue_job(owner_id=row(job_id).owner_id)
    assert [claim().parent_id for _ in range(3)] == [job_id] * 3
    assert claim().id == later


def test_a_zombie_splits_nothing(queue_job, claim, step, sessions):
    job_id = queue_job()
    zombie = claim()
    with sessions() as session:
        cancel_job(session, owner_id=zombie.owner_id, job_id=job_id)
    assert not step(job_parts.split, zombie, JobKind.READ_PART, [{}], "Reading")
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(Job)) == 1


def test_the_last_part_ends_the_job_with_all_counts(split, claim, step, row):
    job_id = split()
    for left in (2, 1, 0):
        assert step(job_table.finish, claim(), taken=5, refused=1, duplicates=2)
        assert step(job_parts.settle, job_id) == ([] if left else [job_id])
    done = row(job_id)
    assert (done.state, done.share) == (JobState.SUCCEEDED, 1.0)
    assert (done.taken, done.refused, done.duplicates) == (15, 3, 6)
    assert step(job_parts.settle) == []


def test_many_that_look_at_once_end_it_once(split, claim, step, sessions):
    job_id = split()
    for _ in range(3):
        step(job_table.finish, claim())
    got, start = [], threading.Barrier(8)

    def look():
        start.wait()
        with sessions.begin() as session:
            got.extend(job_parts.settle(session))

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [job_id]


def test_a_failed_part_fails_no_job_in_which_another_was_done(split, claim, step, row, sessions):
    job_id = split()
    step(job_table.fail, claim(), "It was cut off.")
    for _ in range(2):
        step(job_table.finish, claim())
    step(job_parts.settle)
    assert (row(job_id).state, row(job_id).error) == (JobState.SUCCEEDED, None)
    [failed] = step(job_parts.failed_parts, job_id)
    assert (failed.part, failed.error) == (0, "It was cut off.")


def test_a_job_none_of_whose_parts_was_done_failed(split, claim, step, row):
    job_id = split()
    for _ in range(3):
        step(job_table.fail, claim(), "It was cut off.")
    assert step(job_parts.settle) == [job_id]
    assert (row(job_id).state, row(job_id).error) == (JobState.FAILED, "It was cut off.")


def test_the_job_tells_how_far_its_parts_are(split, claim, step, row):
    job_id = split()
    step(job_table.finish, claim(), taken=8)
    step(job_table.report, claim(), share=0.5, taken=4, refused=1)
    step(job_parts.report, job_id)
    assert row(job_id).share == pytest.approx(0.5)
    assert (row(job_id).taken, row(job_id).refused) == (12, 1)


def test_a_dead_worker_costs_its_part_alone(split, claim, step, row, sessions):
    job_id = split()
    dead, alive = claim(), claim()
    with sessions.begin() as session:
        ago = func.now() - timedelta(seconds=1)
        session.execute(update(Job).where(Job.id == dead.id).values(lease=ago))
    step(job_table.sweep)
    assert row(dead.id).state == JobState.QUEUED
    assert row(alive.id).state == JobState.RUNNING
    assert row(job_id).state == JobState.SPLIT


def test_cancelling_takes_all_parts_along(split, claim, step, row, sessions):
    job_id = split()
    done, running = claim(), claim()
    step(job_table.finish, done)
    with sessions() as session:
        cancel_job(session, owner_id=done.owner_id, job_id=job_id)
    assert row(job_id).state == JobState.CANCELLED
    assert row(done.id).state == JobState.SUCCEEDED
    assert row(running.id).state == JobState.CANCELLED
    assert not step(job_table.renew, running)
    assert claim() is None
    assert step(job_parts.settle) == []
