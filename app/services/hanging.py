"""How many mosaics hang here, whoever made them, and when the last one was hung."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.states import JobKind, JobState
from app.models import Job


@dataclass(frozen=True)
class Hanging:
    """A number and a day: nothing of anybody's."""

    count: int
    last: datetime | None


def hanging(session: Session) -> Hanging:
    """Of the finished mosaics that nobody has deleted."""
    finished = select(func.count(), func.max(Job.finished_at)).where(
        Job.kind == JobKind.MAKE_MOSAIC, Job.state == JobState.SUCCEEDED
    )
    count, last = session.execute(finished).one()
    return Hanging(count, last)
