"""Try a job again that failed: the same row with its attempts anew, so that pressing the button twice does it once."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.domain.errors import BadInput
from app.domain.states import JobState, Queue
from app.models import Job, Refusal, Source, SourceFile
from app.queue import Doorbell
from app.services import job_parts
from app.services.browse import job_for
from app.services.quotas import take_room

UPLOAD_GONE = (
    "What was uploaded for this is kept for a day, and that is over. Choose the files again; "
    "the tiles in the set are safe."
)
WAITING = "Waiting for its turn"


def try_again(
    session: Session,
    doorbell: Doorbell,
    *,
    owner_id: UUID,
    job_id: UUID,
    by_operator: bool = False,
) -> Job:
    """Queue a failed job once more and commit, then ring; one that did not fail stays as it is.

    Raises NotFound, BadInput, and TooMany where the owner has as many jobs waiting as may be.

    Of one in parts those that failed are done again, and those that were done stay. What an operator puts right counts against
    nobody's quota.
    """
    job = job_for(session, owner_id, job_id, mine=True)
    if job.parent_id:  # nobody waits for a part alone
        job_id = job.parent_id
        job = job_for(session, owner_id, job_id, mine=True)
    session.refresh(job, with_for_update=True)
    if job.state != JobState.FAILED:
        session.rollback()
        return job_for(session, owner_id, job_id, mine=True)
    _check_files(session, job)
    if not by_operator:
        take_room(session, owner_id, jobs=1)
    parts = job_parts.failed_parts(session, job.id)
    for part in parts:
        _untell(session, part)
        _begin_anew(session, part, JobState.QUEUED)
    _begin_anew(session, job, JobState.SPLIT if parts else JobState.QUEUED)
    session.commit()
    for queue in {Queue(each.queue) for each in (job, *parts)}:
        doorbell.ring(queue)
    return job


def _check_files(session: Session, job: Job) -> None:
    if job.source_id is None:
        return
    files = select(SourceFile.number).where(SourceFile.source_id == job.source_id)
    if session.scalar(files.limit(1)) is None:
        raise BadInput(UPLOAD_GONE)


def _untell(session: Session, part: Job) -> None:
    """It is not refused any more: what `end_reading` wrote when it failed."""
    told = job_parts.told_of(part)
    gone = delete(Refusal).where(
        Refusal.source_id == part.source_id,
        Refusal.number == told.number,
        Refusal.name == told.name,
    )
    session.execute(gone)
    session.execute(
        update(Source)
        .where(Source.id == part.source_id)
        .values(refused=func.greatest(0, Source.refused - told.count))
    )


def _begin_anew(session: Session, job: Job, state: JobState) -> None:
    """As old as now: whoever waits a day for storage waits it from here."""
    session.execute(
        update(Job)
        .where(Job.id == job.id)
        .values(
            state=state,
            attempt=0,
            error=None,
            stage=WAITING,
            share=0.0,
            not_before=func.now(),
            created_at=func.now(),
            started_at=None,
            finished_at=None,
        )
        .execution_options(synchronize_session=False)
    )
