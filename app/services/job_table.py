"""The steps a job takes in its row. Each is one statement, and each after the claim names the claim's token.

Nothing here commits but through the caller's session; `docs/adr/0001-postgres-is-the-queue.md` says why Postgres.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, CursorResult, Select, Update, func, select, update
from sqlalchemy.orm import Session, aliased

from app.domain.limits import SYSTEM_OWNER
from app.domain.states import JobKind, JobState, Queue
from app.models import Job
from app.services.counters import count

# Four renewals may be missed before somebody else takes over.
LEASE = timedelta(seconds=60)
RENEW_EVERY = timedelta(seconds=15)
MAX_ATTEMPTS = 3
# A job whose worker died waits this long times its attempts, so that a poisonous one does not take all workers down.
RETRY_DELAY_SECONDS = 5

# What does not answer comes back, mostly within a minute; whoever waited for a day is told.
PUT_OFF_SECONDS = (5, 60)
PUT_OFF_FOR = timedelta(hours=24)

GAVE_UP = (
    "This stopped three times without our finding out why, and we no longer try by ourselves. "
    "What you uploaded is safe; try again."
)
STILL_AWAY = (
    "A part of Tessera did not answer for a whole day, so this was not done. "
    "What you uploaded is safe; try again."
)


@dataclass(frozen=True)
class Claimed:
    """A job this process may run, for as long as the row holds this token."""

    id: UUID
    token: UUID
    kind: JobKind
    owner_id: UUID
    mosaic_id: UUID | None
    source_id: UUID | None
    attempt: int
    # Of a part: the job it belongs to, and what it has to do.
    parent_id: UUID | None = None
    details: dict[str, Any] | None = None
    request: str | None = None


def claim(session: Session, queue: Queue, *, most: int | None = None) -> Claimed | None:
    """Take a job that is due, or None: of the owners for whom least runs, the oldest. Two claims at once never get the same row.

    most : so many may run for one owner. Claims in the same instant do not see each other, and may both be the last; whoever runs
        Tessera (SYSTEM_OWNER) may have as many as there are.
    """
    due = next_due(queue, most).limit(1).with_for_update(skip_locked=True, of=Job).scalar_subquery()
    token = uuid4()
    row = session.execute(
        update(Job)
        .where(Job.id == due)
        .values(
            state=JobState.RUNNING,
            token=token,
            lease=func.now() + LEASE,
            attempt=Job.attempt + 1,
            started_at=func.now(),
        )
        .returning(
            Job.id,
            Job.kind,
            Job.owner_id,
            Job.mosaic_id,
            Job.source_id,
            Job.attempt,
            Job.parent_id,
            Job.details,
            Job.request,
        )
    ).one_or_none()
    if row is None:
        return None
    count(session, "job_attempts", kind=row.kind)
    return Claimed(token=token, **row._asdict() | {"kind": JobKind(row.kind)})


def next_due(queue: Queue, most: int | None) -> Select[UUID]:
    """Jobs that are due and may be claimed, in the order in which they are."""
    running = aliased(Job)
    busy = (
        select(running.owner_id, func.count().label("jobs"))
        .where(running.state == JobState.RUNNING, running.queue == queue)
        .group_by(running.owner_id)
        .subquery()
    )
    count = func.coalesce(busy.c.jobs, 0)
    due = (
        select(Job.id)
        .outerjoin(busy, busy.c.owner_id == Job.owner_id)
        .where(Job.state == JobState.QUEUED, Job.queue == queue, Job.not_before <= func.now())
        .order_by(count, Job.created_at, Job.part)
    )
    return due if most is None else due.where((count < most) | (Job.owner_id == SYSTEM_OWNER))


def renew(session: Session, job: Claimed) -> bool:
    """Hold the lease for another minute. False: the job is somebody else's now, or over."""
    return _hit(session, _held(job).values(lease=func.now() + LEASE))


def report(session: Session, job: Claimed, **values: Any) -> bool:
    """Write progress (`stage`, `share`, `taken`, `refused`). False: the job is no longer ours."""
    return _hit(session, _held(job).values(**values))


def split(session: Session, job: Claimed) -> bool:
    """The job's parts are rows now, in this transaction: `app.services.job_parts` ends it when they are over."""
    return _hit(session, _held(job).values(state=JobState.SPLIT, token=None, lease=None))


def finish(session: Session, job: Claimed, **counts: int) -> bool:
    """Mark the job done, in the same transaction as its result. False: roll back and delete your objects."""
    return _hit(session, _over(job, JobState.SUCCEEDED, stage="Done", share=1.0, **counts))


def fail(session: Session, job: Claimed, sentence: str) -> bool:
    """End the job with a reason a person can read."""
    return _hit(session, _over(job, JobState.FAILED, error=sentence))


def release(session: Session, job: Claimed) -> bool:
    """Give the job back at once without spending an attempt: this worker is asked to stop."""
    return _hit(session, _queued(job, attempt=Job.attempt - 1))


def put_back(session: Session, job: Claimed) -> bool:
    """Something unforeseen went wrong: try again later, or after the last attempt fail."""
    # The row's attempts, not the claim's: a film that was saved in part counts them anew.
    last = _over(job, JobState.FAILED, error=GAVE_UP).where(Job.attempt >= MAX_ATTEMPTS)
    return _hit(session, last) or _hit(session, _queued(job, not_before=_later()))


def put_off(session: Session, job: Claimed, stage: str) -> bool:
    """Storage, Postgres or a disk is in the way, not the job: later again, without spending an attempt, for up to a day.

    stage : says what it waits for.
    """
    last = _over(job, JobState.FAILED, error=STILL_AWAY)
    if _hit(session, last.where(Job.created_at < func.now() - PUT_OFF_FOR)):
        return True
    # The longer the job is about, the longer the wait: short outages cost seconds, long ones few tries.
    age = func.extract("epoch", func.now() - Job.created_at)
    shortest, longest = PUT_OFF_SECONDS
    wait = func.least(longest, func.greatest(shortest, age / 4))
    not_before = func.now() + func.make_interval(0, 0, 0, 0, 0, 0, wait)
    return _hit(session, _queued(job, attempt=Job.attempt - 1, not_before=not_before, stage=stage))


def sweep(session: Session) -> list[Queue]:
    """Put expired leases back with a delay, or fail them after the last attempt. Returns queues with work due.

    Any number of sweepers may run; each row changes once. A row that somebody holds locked is left for the next round:
    a worker that froze in the middle of a transaction must not keep all other jobs from being found.
    """
    leaseless = select(Job.id).where(Job.state == JobState.RUNNING, Job.lease < func.now())
    expired = (Job.id.in_(leaseless.with_for_update(skip_locked=True)),)
    lost = _changed(
        session,
        update(Job)
        .where(*expired, Job.attempt >= MAX_ATTEMPTS)
        .values(
            state=JobState.FAILED, token=None, lease=None, finished_at=func.now(), error=GAVE_UP
        ),
    )
    lost += _changed(
        session,
        update(Job)
        .where(*expired)
        .values(
            state=JobState.QUEUED,
            token=None,
            lease=None,
            not_before=_later(),
            stage="Waiting to go on",
        ),
    )
    count(session, "lease_expiries", lost)
    due = (
        select(Job.queue)
        .where(Job.state == JobState.QUEUED, Job.not_before <= func.now())
        .distinct()
    )
    return [Queue(name) for name in session.scalars(due)]


def _later() -> ColumnElement[datetime]:
    seconds = Job.attempt * RETRY_DELAY_SECONDS
    return func.now() + func.make_interval(0, 0, 0, 0, 0, 0, seconds)


def _held(job: Claimed) -> Update:
    return update(Job).where(
        Job.id == job.id, Job.token == job.token, Job.state == JobState.RUNNING
    )


def _over(job: Claimed, state: JobState, **values: Any) -> Update:
    return _held(job).values(state=state, token=None, lease=None, finished_at=func.now(), **values)


def _queued(job: Claimed, **values: Any) -> Update:
    told = {"stage": "Waiting to go on"} | values
    return _held(job).values(state=JobState.QUEUED, token=None, lease=None, **told)


def _hit(session: Session, statement: Update) -> bool:
    return _changed(session, statement) == 1


def _changed(session: Session, statement: Update) -> int:
    result: CursorResult[Any] = session.execute(  # type: ignore[assignment] # an UPDATE always gives a cursor
        statement.execution_options(synchronize_session=False)
    )
    return result.rowcount
