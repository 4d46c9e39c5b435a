"""Claims, deaths, zombies, parts, waits, cancellations, second tries and sweeps in any order: the row never lies.

Whatever happened, in the end every job that was accepted comes to its end.
"""

from collections import Counter
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

from app.domain.states import JobKind, JobState, Queue
from app.models import Job, Owner, Source, SourceFile, TileSet
from app.services import job_parts, job_table
from app.services.cancel_job import cancel_job
from app.services.end_reading import end_readings
from app.services.try_again import try_again

# Of one owner at once.
MOST = 2


class NoBell:
    """Postgres is the queue."""

    def ring(self, queue):
        pass


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
        self.attempts = {}  # job id -> claims that counted
        self.parts = {}  # job id -> ids of its parts
        with self.sessions.begin() as session:
            session.execute(delete(Owner))

    def step(self, function, *args, **kwargs):
        with self.sessions.begin() as session:
            return function(session, *args, **kwargs)

    @rule(data=st.data())
    def accept(self, data):
        """Of somebody new, or of somebody who has others."""
        owners = sorted(set(self.owner.values()))
        owner = data.draw(st.sampled_from([None, *owners])) or uuid4()
        tile_set, source, job = uuid4(), uuid4(), uuid4()
        with self.sessions.begin() as session:
            session.merge(Owner(id=owner))
            session.flush()
            for row in (
                TileSet(id=tile_set, owner_id=owner, name="x"),
                Source(id=source, owner_id=owner, tile_set_id=tile_set, name="x", bytes=1),
                Job(
                    id=job,
                    owner_id=owner,
                    kind="read_source",
                    queue="libraries",
                    source_id=source,
                    idempotency_key=str(job),
                ),
                SourceFile(source_id=source, number=0, name="x", key="o/x", bytes=1),
            ):
                session.add(row)
                session.flush()
        self.owner[job] = owner
        self.attempts[job] = 0

    @rule(target=claims)
    def claim(self):
        """A doorbell, wanted or not."""
        running = Counter(self.owner[held] for held in self.holder)
        waiting = {self.owner[each] for each in self.due_now()}
        job = self.step(job_table.claim, Queue.LIBRARIES, most=MOST)
        if job is None:
            assert all(running[owner] >= MOST for owner in waiting), "a job that may run waits"
            return multiple()
        assert running[job.owner_id] < MOST
        assert running[job.owner_id] == min(running[owner] for owner in waiting), "it is unfair"
        assert job.id not in self.holder
        assert job.id not in self.over
        self.holder[job.id] = job.token
        self.attempts[job.id] += 1
        return job

    @rule(job=claims, count=st.integers(1, 3))
    def split(self, job, count):
        """A zombie's parts are never seen."""
        if job.parent_id:
            return
        with self.sessions() as session:
            details = [{"position": 9 * number, "count": 2} for number in range(count)]
            hit = job_parts.split(session, job, JobKind.READ_PART, details, "Reading")
            assert hit == self.holds(job)
            if not hit:
                return
            session.commit()
            if job.id not in self.parts:
                parts = select(Job.id).where(Job.parent_id == job.id).order_by(Job.part)
                self.parts[job.id] = session.scalars(parts).all()
        del self.holder[job.id]
        for part in self.parts[job.id]:
            self.owner[part], self.attempts[part] = self.owner[job.id], 0

    @rule()
    def settle(self):
        """As a sweeper does, and whoever ends the last part."""
        self.step(end_readings)
        for job_id in self.split_now():
            parts = [self.over.get(part) for part in self.parts[job_id]]
            if all(parts):
                done = JobState.SUCCEEDED in parts
                self.end(job_id, JobState.SUCCEEDED if done else JobState.FAILED)

    @rule(job=claims)
    def put_off(self, job):
        hit = self.step(job_table.put_off, job, "Storage is away")
        assert hit == self.holds(job)
        if hit:
            del self.holder[job.id]
            self.attempts[job.id] -= 1

    @rule(data=st.data())
    def try_again(self, data):
        """A button that anybody presses at any time."""
        failed = [job_id for job_id, state in self.over.items() if state == JobState.FAILED]
        if not failed or not (pressed := data.draw(st.sampled_from(failed))):
            return
        with self.sessions() as session:
            again = try_again(session, NoBell(), owner_id=self.owner[pressed], job_id=pressed)
        if self.over.get(again.id) != JobState.FAILED:
            return
        parts = self.parts.get(again.id, [])
        for job_id in [again.id, *(p for p in parts if self.over.get(p) == JobState.FAILED)]:
            del self.over[job_id]
            self.attempts[job_id] = 0

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
            self.attempts[job.id] -= 1

    @rule(job=claims)
    def put_back(self, job):
        hit = self.step(job_table.put_back, job)
        assert hit == self.holds(job)
        if hit and self.attempts[job.id] >= job_table.MAX_ATTEMPTS:
            self.end(job.id, JobState.FAILED)
        elif hit:
            del self.holder[job.id]

    @rule(data=st.data())
    def cancel(self, data):
        if not self.owner:
            return
        job_id = data.draw(st.sampled_from(list(self.owner)))
        with self.sessions() as session:
            cancel_job(session, owner_id=self.owner[job_id], job_id=job_id)
        whole = self.whole(job_id)
        if whole in self.over:
            return
        for each in [whole, *self.parts.get(whole, [])]:
            if each not in self.over:
                self.end(each, JobState.CANCELLED)

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
            elif job_id in self.split_now():
                assert (row.state, row.token) == (JobState.SPLIT, None)
            else:
                assert (row.state, row.token) == (JobState.QUEUED, None)
            assert row.attempt == self.attempts[job_id], "to let go spends no attempt"
            assert 0 <= row.attempt <= job_table.MAX_ATTEMPTS
            assert self.finished.get(job_id, 0) <= 1

    def teardown(self):
        """Nothing more goes wrong: every job comes to its end, and once."""
        while len(self.over) < len(self.owner):
            before = len(self.over)
            self.all_workers_die()
            self.sweep()
            self.time_passes()
            while (job := self.claim()) is not None and not isinstance(job, type(multiple())):
                self.finish(job)
            self.settle()
            self.rows_and_model_agree()
            assert len(self.over) > before, "what is left would wait for ever"

    def due_now(self):
        with self.sessions() as session:
            queued = select(Job.id).where(Job.state == JobState.QUEUED)
            return session.scalars(queued.where(Job.not_before <= func.now())).all()

    def split_now(self):
        """Those that wait for their parts."""
        return [job_id for job_id in self.parts if job_id not in self.over]

    def whole(self, job_id):
        """The job that a part belongs to; any other one itself."""
        return next((whole for whole, parts in self.parts.items() if job_id in parts), job_id)

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
            max_examples=40,
            stateful_step_count=40,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
