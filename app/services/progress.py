"""What a page shows of a job that is under way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.domain.states import JobState
from app.models import Job
from app.services.browse import job_for

# Before a twentieth is done the guess would jump about more than it tells.
ENOUGH_TO_GUESS = 0.05


@dataclass(frozen=True)
class Progress:
    """Stage in words, share 0..1 of the whole job, seconds left where they can be guessed."""

    job_id: UUID
    state: JobState
    stage: str
    share: float
    seconds_left: float | None
    taken: int
    refused: int
    duplicates: int
    error: str | None

    @property
    def percent(self) -> int:
        """Whole percent, 100 only when it is done."""
        return 100 if self.state is JobState.SUCCEEDED else min(99, int(self.share * 100))


def job_progress(session: Session, owner_id: UUID, job_id: UUID) -> Progress:
    """Read the row. Raises NotFound."""
    return progress_of(job_for(session, owner_id, job_id))


def progress_of(job: Job, now: datetime | None = None) -> Progress:
    """The same from a row at hand."""
    return Progress(
        job_id=job.id,
        state=JobState(job.state),
        stage=job.stage,
        share=job.share,
        seconds_left=_seconds_left(job, now or datetime.now(UTC)),
        taken=job.taken,
        refused=job.refused,
        duplicates=job.duplicates,
        error=job.error,
    )


def _seconds_left(job: Job, now: datetime) -> float | None:
    under_way = job.state in {JobState.RUNNING, JobState.SPLIT}
    if not under_way or job.started_at is None or job.share < ENOUGH_TO_GUESS:
        return None
    elapsed = max(0.0, (now - job.started_at).total_seconds())
    return elapsed * (1 - job.share) / job.share
