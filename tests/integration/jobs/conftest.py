"""Rows to work on, without files behind them."""

from uuid import uuid4

import pytest

from app.domain.states import QUEUE_OF, JobKind, Queue
from app.models import Job, Owner, Source, TileSet
from app.services import job_table


@pytest.fixture
def queue_job(sessions):
    """Insert a queued job, of a new owner unless one is named; returns its id."""

    def insert(kind=JobKind.READ_SOURCE, owner_id=None, **values):
        owner = Owner(id=owner_id or uuid4())
        tile_set = TileSet(id=uuid4(), owner_id=owner.id, name="Lake house")
        source = Source(
            id=uuid4(), owner_id=owner.id, tile_set_id=tile_set.id, name="beach.zip", bytes=1
        )
        job = Job(
            id=uuid4(),
            owner_id=owner.id,
            kind=kind,
            queue=QUEUE_OF[kind],
            source_id=source.id,
            idempotency_key=str(uuid4()),
            **values,
        )
        with sessions.begin() as session:
            session.merge(owner)
            session.flush()
            for row in (tile_set, source, job):
                session.add(row)
                session.flush()
        return job.id

    return insert


@pytest.fixture
def row(sessions):
    """Read a job as it is now."""

    def read(job_id):
        with sessions() as session:
            return session.get(Job, job_id)

    return read


@pytest.fixture
def step(sessions):
    """Run one step in a transaction of its own."""

    def run(function, *args, **kwargs):
        with sessions.begin() as session:
            return function(session, *args, **kwargs)

    return run


@pytest.fixture
def claim(step):
    """Take the next job of the queue that reads uploads."""
    return lambda: step(job_table.claim, Queue.LIBRARIES)
