"""Claims, deaths, zombies, cancellations and sweeps in any order: the row never lies."""

from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete, func, select, update

from app.domain.states import JobState, Queue
from app.models import Job, Owner, Source, TileSet
from app.services import job_table
from app.services.cancel_job import cancel_job


class JobMachine(RuleBasedStateMachine):
    """A model of who holds what, kept beside the table."""

    sessions = None
    claims = Bundle("claims")

    def __init__(self):
        super().__init__()
        self.holder = {}  # job id -> token of the only claim whose writes may hit
        self.owner = {}
        self.finished = {}  # job id -> how often a finish was accepted
        self.over = {}  # job id -> the state it ended in
        with self.sessions.begin() as session:
            session.execute(delete(Owner))

    def step(self, function, *args, **kwargs):
        with self.sessions.begin() as session:
            return function(session, *args, **kwargs)

    @rule()
    def accept(self):
        owner, tile_set, source, job = uuid4(), uuid4(), uuid4(), uuid4()
        with self.sessions.begin() as session:
            for row in (
                Owner(id=owner),
                TileSet(id=tile_set, owner_id=owner, name="x"),
                Source(id=source, owner_id=owner, tile_set_id=tile_set, name="x", bytes=1),
                Job(
                    id=job,
                    owner_id=owner,
                    kind="read_source",
                    queue="libraries",
                    source_id=source,
                    idempotency_key="k",
                ),
            ):
                session.add(row)
                session.flush()
        self.owner[job] = owner

    @rule(target=claims)
    def claim(self):
        """A doorbell, wanted or not."""
        job = self.step(job_table.claim, Queue.LIBRARIES)
        if job is None:
            return multiple()
        assert job.id not in self.holder
        assert job.id not in self.over
        self.holder[job.id] = job.token
        return job

    @rule(job=claims)
    def renew(self, job):
        assert self.step(job_table.renew, job) == self.holds(job)

    @rule(job=claims, share=st.floats(0, 1))
    def report(self, job, share):
        assert self.step(job_table.report, job, share=share) == self.holds(job)

    @rule(job=claims)
    def finish(self, job):
        hit = self.step(job_table.finish, job)
        assert hit == self.holds(job)
        if hit:
            self.finished[job.id] = self.finished.get(job.id, 0) + 1
            self.end(job.id, JobState.SUCCEEDED)

    @rule(job=claims)
    def fail(self, job):
        hit = self.step(job_table.fail, job, "no")
        assert hit == self.holds(job)
        if hit:
            self.end(job.id, JobState.FAILED)

    @rule(job=claims)
    def release(self, job):
        hit = self.step(job_table.release, job)
        assert hit == self.holds(job)
        if hit:
            del self.holder[job.id]

    @rule(job=claims)
    def put_back(self, job):
        hit = self.step(job_table.put_back, job)
        assert hit == self.holds(job)
        if hit and job.attempt >= job_table.MAX_ATTEMPTS:
            self.end(job.id, JobState.FAILED)
        elif hit:
            del self.holder[job.id]

    @rule(data=st.data())
    def cancel(self, data):
        if not self.owner:
            return
        job_id = data.draw(st.sampled_from(sorted(self.owner)))
        with self.sessions() as session:
            cancel_job(session, owner_id=self.owner[job_id], job_id=job_id)
        if job_id not in self.over:
            self.end(job_id, JobState.CANCELLED)

    @rule()
    def all_workers_die(self):
        with self.sessions.begin() as session:
            session.execute(
                update(Job)
                .where(Job.state == JobState.RUNNING)
                .values(lease=func.now() - timedelta(seconds=1))
            )

    @rule()
    def sweep(self):
        self.step(job_table.sweep)
        for job_id, row in self.rows().items():
            if job_id in self.holder and row.state != JobState.RUNNING:
                del self.holder[job_id]
                if row.state == JobState.FAILED:
                    assert row.attempt >= job_table.MAX_ATTEMPTS
                    self.over[job_id] = JobState.FAILED

    @rule()
    def time_passes(self):
        with self.sessions.begin() as session:
            session.execute(update(Job).values(not_before=func.now()))

    @invariant()
    def rows_and_model_agree(self):
        rows = self.rows()
        assert set(rows) == set(self.owner), "an accepted job is never lost"
        for job_id, row in rows.items():
            if job_id in self.over:
                assert row.state == self.over[job_id], "what is over stays as it ended"
            elif job_id in self.holder:
                assert (row.state, row.token) == (JobState.RUNNING, self.holder[job_id])
            else:
                assert row.state == JobState.QUEUED
            assert 0 <= row.attempt <= job_table.MAX_ATTEMPTS
            assert self.finished.get(job_id, 0) <= 1

    def holds(self, job):
        return self.holder.get(job.id) == job.token

    def end(self, job_id, state):
        self.holder.pop(job_id, None)
        self.over[job_id] = state

    def rows(self):
        with self.sessions() as session:
            return {job.id: job for job in session.scalars(select(Job))}


@pytest.mark.usefixtures("sessions")
def test_the_row_never_lies(sessions):
    machine = type("Machine", (JobMachine,), {"sessions": sessions})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=60,
            stateful_step_count=40,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
