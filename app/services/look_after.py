"""What an operator wants to know: how long people wait, what went wrong, how much is stored."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.states import JobState, Queue
from app.models import Counter, Job

FAILED_SHOWN = 50


@dataclass(frozen=True)
class Waiting:
    """A queue: jobs that wait and run in it, and how long the oldest has waited, in seconds."""

    queue: Queue
    queued: int
    running: int
    oldest_seconds: float


def queues(session: Session) -> list[Waiting]:
    """All that hold jobs, in the order in which they are served."""
    queued, running = Job.state == JobState.QUEUED, Job.state == JobState.RUNNING
    due = queued & (Job.not_before <= func.now())
    waited = func.extract("epoch", func.now() - func.min(Job.created_at).filter(due))
    rows = session.execute(
        select(
            Job.queue,
            func.count().filter(queued),
            func.count().filter(running),
            func.coalesce(waited, 0.0),
        )
        .where(queued | running)
        .group_by(Job.queue)
    )
    found = {row[0]: Waiting(Queue(row[0]), row[1], row[2], float(row[3])) for row in rows}
    return [found.get(queue, Waiting(queue, 0, 0, 0.0)) for queue in Queue if queue != Queue.LIVE]


def jobs_by_state(session: Session) -> list[tuple[str, str, str, int]]:
    """Queue, kind, state and number of all jobs there are."""
    of = (Job.queue, Job.kind, Job.state)
    rows = session.execute(select(*of, func.count()).group_by(*of).order_by(*of))
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def failed_jobs(session: Session) -> list[Job]:
    """The newest that nobody has tried again."""
    failed = select(Job).where(Job.state == JobState.FAILED, Job.part.is_(None))
    return [*session.scalars(failed.order_by(Job.finished_at.desc()).limit(FAILED_SHOWN))]


def counted(session: Session) -> list[Counter]:
    """All figures that processes have counted."""
    return [*session.scalars(select(Counter).order_by(Counter.name, Counter.labels))]


def figure(session: Session, name: str) -> float | None:
    """One of them, where it has no labels; None where nobody has looked yet."""
    return session.scalar(select(Counter.value).where(Counter.name == name, Counter.labels == ""))
