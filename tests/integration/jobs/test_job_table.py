"""The steps of a job in its row, each against a real PostgreSQL."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, update
from sqlalchemy.exc import IntegrityError

from app.domain.limits import SYSTEM_OWNER
from app.domain.states import JobState, Queue
from app.models import Job
from app.services import job_table
from app.services.cancel_job import cancel_job


def expire(sessions, job_id):
    with sessions.begin() as session:
        session.execute(
            update(Job).where(Job.id == job_id).values(lease=func.now() - timedelta(seconds=1))
        )


def make_due(sessions, job_id):
    with sessions.begin() as session:
        session.execute(update(Job).where(Job.id == job_id).values(not_before=func.now()))


def test_a_claim_takes_the_oldest_and_leases_it_for_a_minute(queue_job, claim, row):
    first, second = queue_job(), queue_job()
    job = claim()
    assert (job.id, job.attempt) == (first, 1)
    claimed = row(first)
    assert (claimed.state, claimed.token) == (JobState.RUNNING, job.token)
    assert claimed.lease - claimed.started_at == timedelta(seconds=60)
    assert claim().id == second
    assert claim() is None


def test_whoever_has_least_running_comes_first(queue_job, claim, step):
    """Somebody who came with twenty jobs a minute ago keeps nobody else waiting for twenty."""
    many, few = uuid4(), uuid4()
    first, second, third = (queue_job(owner_id=many) for _ in range(3))
    later, latest = (queue_job(owner_id=few) for _ in range(2))
    taken = [claim() for _ in range(4)]
    assert [job.id for job in taken] == [first, later, second, latest]
    assert claim().id == third, "whoever is alone has all workers"


def test_no_more_than_so_many_run_for_one_owner(queue_job, step):
    greedy = uuid4()
    mine = [queue_job(owner_id=greedy) for _ in range(3)]
    operators = [queue_job(owner_id=SYSTEM_OWNER) for _ in range(3)]

    def claim():
        return step(job_table.claim, Queue.LIBRARIES, most=2)

    taken = [claim() for _ in range(5)]
    assert {job.id for job in taken} == {*mine[:2], *operators}
    assert claim() is None
    assert step(job_table.finish, taken[0])
    assert claim().id == mine[2]


def test_another_queue_s_jobs_are_left_alone(queue_job, step):
    queue_job()
    assert step(job_table.claim, Queue.MOSAICS) is None


def test_twenty_claims_at_once_give_each_job_once(queue_job, sessions):
    wanted = {queue_job() for _ in range(10)}
    got, start = [], threading.Barrier(20)

    def worker():
        start.wait()
        with sessions.begin() as session:
            got.append(job_table.claim(session, Queue.LIBRARIES))

    threads = [threading.Thread(target=worker) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    claimed = [job.id for job in got if job]
    assert len(claimed) == len(set(claimed)) == 10
    assert set(claimed) == wanted


def test_a_renewal_moves_the_lease(queue_job, claim, step, row, sessions):
    job_id = queue_job()
    job = claim()
    expire(sessions, job_id)
    assert step(job_table.renew, job)
    assert row(job_id).lease > row(job_id).started_at + timedelta(seconds=59)


def test_finish_ends_it_with_its_counts(queue_job, claim, step, row):
    job_id = queue_job()
    assert step(job_table.finish, claim(), taken=5, refused=2)
    done = row(job_id)
    assert (done.state, done.share, done.taken, done.refused) == (JobState.SUCCEEDED, 1.0, 5, 2)
    assert done.token is None
    assert done.finished_at is not None


@pytest.mark.parametrize(
    "late",
    [
        job_table.renew,
        job_table.finish,
        job_table.release,
        job_table.put_back,
        lambda session, job: job_table.fail(session, job, "x"),
        lambda session, job: job_table.report(session, job, stage="x"),
    ],
)
def test_a_zombie_changes_nothing(queue_job, claim, step, row, sessions, late):
    job_id = queue_job()
    zombie = claim()
    expire(sessions, job_id)
    step(job_table.sweep)
    make_due(sessions, job_id)
    heir = claim()
    assert not step(late, zombie)
    now = row(job_id)
    assert (now.state, now.token, now.attempt) == (JobState.RUNNING, heir.token, 2)


def test_released_jobs_spend_no_attempt_and_are_due_at_once(queue_job, claim, step, row):
    job_id = queue_job()
    assert step(job_table.release, claim())
    assert (row(job_id).state, row(job_id).attempt) == (JobState.QUEUED, 0)
    assert claim().id == job_id


def test_put_back_waits_a_little_and_gives_up_after_three(queue_job, claim, step, row, sessions):
    job_id = queue_job()
    for _ in range(2):
        assert step(job_table.put_back, claim())
        assert claim() is None
        make_due(sessions, job_id)
    assert step(job_table.put_back, claim())
    assert row(job_id).state == JobState.FAILED
    assert "three times" in row(job_id).error


def test_what_came_further_counts_its_attempts_anew(queue_job, claim, step, row, sessions):
    job_id = queue_job()
    for _ in range(2):
        assert step(job_table.put_back, claim())
        make_due(sessions, job_id)
    job = claim()
    assert step(lambda session, job: job_table.report(session, job, attempt=1), job)
    assert step(job_table.put_back, job)
    assert (row(job_id).state, row(job_id).attempt) == (JobState.QUEUED, 1)


def test_the_sweeper_puts_expired_leases_back_with_a_delay(queue_job, claim, step, row, sessions):
    expired, held = queue_job(), queue_job()
    claim(), claim()
    expire(sessions, expired)
    assert step(job_table.sweep) == []
    assert row(expired).state == JobState.QUEUED
    assert row(expired).attempt == 1
    assert row(held).state == JobState.RUNNING
    assert claim() is None
    make_due(sessions, expired)
    assert step(job_table.sweep) == [Queue.LIBRARIES]


def test_the_sweeper_fails_what_killed_three_workers(queue_job, claim, step, row, sessions):
    job_id = queue_job()
    for _ in range(3):
        make_due(sessions, job_id)
        assert claim().id == job_id
        expire(sessions, job_id)
        step(job_table.sweep)
    failed = row(job_id)
    assert (failed.state, failed.attempt) == (JobState.FAILED, 3)
    assert failed.error == job_table.GAVE_UP


def test_cancelling_takes_the_token_away(queue_job, claim, step, row, sessions):
    job_id = queue_job()
    job = claim()
    with sessions() as session:
        cancel_job(session, owner_id=job.owner_id, job_id=job_id)
    assert row(job_id).state == JobState.CANCELLED
    assert not step(job_table.report, job, share=0.5)
    assert not step(job_table.finish, job)
    assert row(job_id).state == JobState.CANCELLED


def test_what_is_over_is_not_cancelled(queue_job, claim, step, row, sessions):
    job_id = queue_job()
    job = claim()
    step(job_table.finish, job)
    with sessions() as session:
        cancel_job(session, owner_id=job.owner_id, job_id=job_id)
    assert row(job_id).state == JobState.SUCCEEDED


def test_one_idempotency_key_an_owner(queue_job, sessions, row):
    first = row(queue_job())
    other = row(queue_job())
    with (
        pytest.raises(IntegrityError, match="uq_jobs_owner_id_idempotency_key"),
        sessions.begin() as s,
    ):
        s.execute(
            update(Job)
            .where(Job.id == other.id)
            .values(owner_id=first.owner_id, idempotency_key=first.idempotency_key)
        )
