"""Storage away or full, Postgres gone at the worst moment: nothing half-written is shown, and nothing is given up too soon."""

import errno
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, func, select, update
from sqlalchemy.exc import IntegrityError, OperationalError

from app.domain.states import JobState, Queue
from app.models import Job, Mosaic, Pack
from app.services import job_table
from app.services.be_seen import Presence
from app.storage.base import StorageDown
from worker.in_the_way import DISK_FULL, STORAGE_AWAY, STORAGE_FULL, waits_for
from worker.progress import Heartbeat
from worker.runner import run_next
from worker.sweeper import Sweeper


def job_of(session, mosaic):
    session.expire_all()
    return session.scalars(select(Job).where(Job.mosaic_id == mosaic.id)).one()


def make_due(session):
    session.execute(update(Job).values(not_before=func.now()))
    session.commit()


@pytest.fixture
def answer_lost(sessions, database):
    """Postgres commits what `seen` finds, and goes away before it says so. Once."""
    lost = []

    def listen(seen):
        def after_commit(_):
            with database.connect() as other:
                if not lost and other.scalar(seen):
                    lost.append(True)
                    raise OperationalError("COMMIT", {}, Exception("server closed the connection"))

        event.listen(sessions, "after_commit", after_commit)
        return lost

    return listen


def test_a_mosaic_whose_commit_was_not_answered_keeps_its_files(
    workshop, tile_set, order, session, storage, answer_lost
):
    mosaic = order(tile_set, cells_across=10)
    lost = answer_lost(select(Mosaic.id).where(Mosaic.jpeg_key.is_not(None)))
    assert run_next(workshop, Queue.MOSAICS)
    assert lost
    assert job_of(session, mosaic).state == JobState.SUCCEEDED
    session.refresh(mosaic)
    for key in (mosaic.jpeg_key, mosaic.zoom_key, mosaic.preview_key, mosaic.photo_view_key):
        assert storage.get(key)


def test_tiles_whose_commit_was_not_answered_keep_their_packs(
    workshop, upload, zip_of_pictures, session, storage, answer_lost
):
    upload(("pieces.zip", zip_of_pictures))
    lost = answer_lost(select(Pack.id))
    assert run_next(workshop, Queue.LIBRARIES)
    assert lost
    [pack] = session.scalars(select(Pack))
    assert len(storage.get(pack.key)) == pack.bytes


@pytest.mark.parametrize(
    ("cause", "says"),
    [(OSError(errno.ENOSPC, "full"), STORAGE_FULL), (OSError(errno.EIO, "broken"), STORAGE_AWAY)],
)
def test_a_mosaic_waits_for_storage_and_shows_nothing_half_written(
    workshop, tile_set, order, session, storage, monkeypatch, cause, says
):
    mosaic = order(tile_set, cells_across=10)

    def flush(_):
        raise cause

    with monkeypatch.context() as patch:
        patch.setattr("app.storage.partial.flush", flush)
        for _ in range(job_table.MAX_ATTEMPTS + 1):
            make_due(session)
            assert run_next(workshop, Queue.MOSAICS)
    job = job_of(session, mosaic)
    assert (job.state, job.attempt, job.stage) == (JobState.QUEUED, 0, says)
    assert job.not_before > session.scalar(select(func.now()))
    session.refresh(mosaic)
    assert (mosaic.jpeg_key, mosaic.preview_key, mosaic.photo_view_key) == (None, None, None)
    make_due(session)
    assert run_next(workshop, Queue.MOSAICS)
    assert job_of(session, mosaic).state == JobState.SUCCEEDED


def test_who_waited_a_day_is_told(workshop, tile_set, order, session, monkeypatch):
    mosaic = order(tile_set)
    ago = func.now() - job_table.PUT_OFF_FOR - timedelta(minutes=1)
    session.execute(update(Job).where(Job.mosaic_id == mosaic.id).values(created_at=ago))
    session.commit()

    def down(*_, **__):
        raise StorageDown("no answer")

    monkeypatch.setattr(workshop.storage, "download", down)
    assert run_next(workshop, Queue.MOSAICS)
    job = job_of(session, mosaic)
    assert (job.state, job.error) == (JobState.FAILED, job_table.STILL_AWAY)


def test_a_row_that_ends_while_postgres_restarts_is_written_when_it_is_back(
    workshop, tile_set, order, session, sessions, monkeypatch
):
    mosaic = order(tile_set)
    monkeypatch.setattr("worker.runner.RESTART_LOOK_SECONDS", 0)
    away = [OperationalError("UPDATE", {}, Exception("starting up"))] * 3

    def put_back(*arguments):
        if away:
            raise away.pop()
        return really(*arguments)

    really = job_table.put_back
    monkeypatch.setattr(job_table, "put_back", put_back)
    monkeypatch.setattr("worker.jobs.make_mosaic.build.make_plan", lambda *_, **__: 1 / 0)
    assert run_next(workshop, Queue.MOSAICS)
    assert not away
    assert job_of(session, mosaic).state == JobState.QUEUED


@pytest.mark.parametrize(
    ("error", "stage"),
    [
        (OSError(errno.ENOSPC, "full"), DISK_FULL),
        (RuntimeError("unable to write: No space left on device"), DISK_FULL),
        (RuntimeError("a mistake of ours"), None),
    ],
)
def test_what_is_not_the_job_s_own_trouble(error, stage):
    assert waits_for(error) == stage


def test_a_job_that_says_nothing_is_given_back_before_its_worker_is_cut_off(
    workshop, tile_set, order, session, sessions, bell, monkeypatch
):
    mosaic = order(tile_set)
    with sessions.begin() as other:
        job = job_table.claim(other, Queue.MOSAICS)
    monkeypatch.setattr("worker.progress.LOOK_EVERY", 0.01)
    monkeypatch.setattr("worker.progress.SPEAK_WITHIN", 0.02)
    with Heartbeat(workshop, job) as heartbeat:
        workshop.stopping.set()
        assert heartbeat.lost.wait(30)
    given_back = job_of(session, mosaic)
    assert (given_back.state, given_back.attempt) == (JobState.QUEUED, 0)
    assert bell.rings[-1] == Queue.MOSAICS, "another worker hears of it at once"


def test_it_is_given_back_well_before_a_worker_is_cut_off():
    """Ten seconds are what the stack and Docker give."""
    from cli.stack.programs import Worker  # noqa: PLC0415 - beside what it is compared to
    from worker import progress  # noqa: PLC0415

    grace = Worker("maker", Path(), {}).grace
    assert grace > progress.SPEAK_WITHIN + 2 * progress.LOOK_EVERY


def test_a_frozen_transaction_keeps_no_sweeper_from_other_jobs(tile_set, order, sessions):
    frozen, dead = order(tile_set), order(tile_set)
    with sessions.begin() as session:
        for _ in range(2):
            job_table.claim(session, Queue.MOSAICS)
        session.execute(
            update(Job)
            .where(Job.state == JobState.RUNNING)
            .values(lease=func.now() - timedelta(seconds=1))
        )
    with sessions() as holding:
        holding.execute(update(Job).where(Job.mosaic_id == frozen.id).values(share=0.5))
        swept = threading.Thread(target=lambda: _sweep(sessions), daemon=True)
        swept.start()
        swept.join(20)
        assert not swept.is_alive(), "the sweeper waits for a lock"
        with sessions() as session:
            assert job_of(session, dead).state == JobState.QUEUED
            assert job_of(session, frozen).state == JobState.RUNNING
        holding.rollback()
    _sweep(sessions)
    with sessions() as session:
        assert job_of(session, frozen).state == JobState.QUEUED


def test_nothing_else_s_trouble_keeps_a_dead_worker_s_job_waiting(
    tile_set, order, sessions, storage, bell, tmp_path, monkeypatch
):
    mosaic = order(tile_set)
    with sessions.begin() as session:
        job_table.claim(session, Queue.MOSAICS)
        ago = func.now() - timedelta(seconds=1)
        session.execute(update(Job).where(Job.state == JobState.RUNNING).values(lease=ago))

    def gone(_):
        raise IntegrityError("INSERT", {}, Exception("the set was deleted a moment ago"))

    monkeypatch.setattr("worker.sweeper.ask_to_look", gone)
    Sweeper(
        sessions,
        storage,
        bell,
        alive=tmp_path / "alive",
        presence=Presence("reader", ["libraries"]),
    ).sweep()
    with sessions() as session:
        assert job_of(session, mosaic).state == JobState.QUEUED


def test_storage_that_hangs_keeps_no_sweeper_waiting(sessions, bell, tmp_path, monkeypatch):
    class Hangs:
        def delete(self, key):
            raise AssertionError("asked in the round itself")

    sweeper = Sweeper(
        sessions,
        Hangs(),
        bell,
        alive=tmp_path / "alive",
        presence=Presence("reader", ["libraries"]),
    )
    monkeypatch.setattr("worker.sweeper.end_readings", lambda _: ["o/x/uploads/y/0"])
    sweeper.sweep()
    with pytest.raises(AssertionError, match="asked in the round"):
        sweeper.tidy()


def _sweep(sessions):
    with sessions.begin() as session:
        job_table.sweep(session)
