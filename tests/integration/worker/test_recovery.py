"""Workers that die, and a Redis that forgets: every accepted job is finished, once."""

import os
import signal

import pytest
import redis
from sqlalchemy import select

from app.domain.states import JobState, Queue
from app.models import Job, Mosaic
from app.queue import CeleryDoorbell
from cli.stack.programs import Worker
from cli.stack.valkey import Valkey
from tests.integration.worker.waiting import wait_for
from worker.runner import run_next

# Enough cells for a kill to fall into the middle.
MANY = 160


@pytest.fixture
def job_now(sessions):
    def read(mosaic):
        with sessions() as session:
            return session.scalars(select(Job).where(Job.mosaic_id == mosaic.id)).one()

    return read


def state_is(job_now, mosaic, *states):
    return lambda: job_now(mosaic).state in states


def under_way(job_now, mosaic):
    def look():
        job = job_now(mosaic)
        assert not JobState(job.state).is_over, (
            f"over before it could be disturbed: {job.state}, {job.error}"
        )
        return job.state == JobState.RUNNING and job.share > 0.15

    return look


def finished_once(sessions, storage, mosaic):
    with sessions() as session:
        done = session.get(Mosaic, mosaic.id)
        assert done.job.state == JobState.SUCCEEDED, done.job.error
    folder = f"o/{done.owner_id}/mosaics/{done.id}/"
    made = [info.key for info in storage.list(folder) if info.key.endswith("/mosaic.jpg")]
    assert made == [done.jpeg_key]
    return done


def test_a_mosaic_goes_on_after_kill_9(
    celery_worker_process, sessions, storage, redis_url, tile_set, order, job_now
):
    mosaic = order(tile_set, cells_across=MANY)
    CeleryDoorbell(redis_url).ring(Queue.MOSAICS)
    wait_for(under_way(job_now, mosaic), seconds=60, what="the mosaic to be under way")
    celery_worker_process.kill()
    killed = job_now(mosaic)
    assert killed.state == JobState.RUNNING
    celery_worker_process.start()
    wait_for(
        state_is(job_now, mosaic, JobState.SUCCEEDED, JobState.FAILED), seconds=150, what="the heir"
    )
    finished_once(sessions, storage, mosaic)
    assert job_now(mosaic).attempt == 2


def test_a_wiped_redis_loses_no_job(
    celery_worker_process, sessions, storage, redis_url, tile_set, order, job_now
):
    with redis.Redis.from_url(redis_url) as client:
        mosaics = [order(tile_set) for _ in range(3)]  # accepted; no bell is rung for them
        client.flushall()
    for mosaic in mosaics:
        over = state_is(job_now, mosaic, JobState.SUCCEEDED, JobState.FAILED)
        wait_for(over, seconds=90, what="the sweeper to ring")
        finished_once(sessions, storage, mosaic)
        assert job_now(mosaic).attempt == 1


def test_a_redis_that_goes_away_while_everybody_is_busy_ends_no_worker(
    tmp_path, environ, sessions, storage, tile_set, order, job_now
):
    """A ring that nobody could answer yet is not put back, which would end the worker: Postgres has the job."""
    with (
        Valkey(tmp_path) as valkey,
        Worker("maker", tmp_path / "log", environ | {"REDIS_URL": valkey.url}) as worker,
    ):
        mosaics = [order(tile_set, cells_across=MANY) for _ in range(2)]
        for _ in range(len(mosaics) + 1):
            CeleryDoorbell(valkey.url).ring(Queue.MOSAICS)
        for mosaic in mosaics:
            wait_for(under_way(job_now, mosaic), seconds=60, what="both to be under way")
        valkey.kill()
        valkey.start()
        last = order(tile_set)
        for mosaic in (*mosaics, last):
            over = state_is(job_now, mosaic, JobState.SUCCEEDED, JobState.FAILED)
            wait_for(over, seconds=90, what="the same worker to make it")
            finished_once(sessions, storage, mosaic)
            assert job_now(mosaic).attempt == 1
        assert worker.status is None


def test_sigterm_gives_the_job_back_without_an_attempt(
    celery_worker_process, redis_url, tile_set, order, job_now, workshop, sessions, storage
):
    mosaic = order(tile_set, cells_across=MANY)
    CeleryDoorbell(redis_url).ring(Queue.MOSAICS)
    wait_for(under_way(job_now, mosaic), seconds=60, what="the mosaic to be under way")
    os.kill(celery_worker_process.pid, signal.SIGTERM)
    wait_for(
        state_is(job_now, mosaic, JobState.QUEUED), seconds=10, what="the job to be given back"
    )
    assert job_now(mosaic).attempt == 0
    assert run_next(workshop, Queue.MOSAICS)
    finished_once(sessions, storage, mosaic)
