"""What is to be done when a source has been read, or never will be: tell of parts that failed, forget the upload."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.domain.states import OVER, JobState
from app.models import Job, Refusal, Source, SourceFile
from app.services import job_parts

# As long as an upload that broke off can be gone on with.
TRY_AGAIN_FOR = timedelta(hours=24)


def end_readings(session: Session, job_id: UUID | None = None) -> Sequence[str]:
    """End the jobs, or this one, whose parts are all over. Returns keys of uploads to delete after the commit."""
    for ended in job_parts.settle(session, job_id):
        for part in job_parts.failed_parts(session, ended):
            _tell(session, part)
    return _forget_uploads(session)


def _tell(session: Session, part: Job) -> None:
    """List a part that failed among the refused files, which it counts with."""
    told = job_parts.told_of(part)
    row = {
        "source_id": part.source_id,
        "number": told.number,
        "name": told.name,
        "reason": part.error,
    }
    session.execute(insert(Refusal).values(row).on_conflict_do_nothing())
    session.execute(
        update(Source)
        .where(Source.id == part.source_id)
        .values(refused=Source.refused + told.count)
    )


def _forget_uploads(session: Session) -> Sequence[str]:
    """Of all jobs that are over, however they ended, but films that gave tiles: the frames behind these stay in them.

    Of those that failed a day later: meanwhile they can be tried again.
    """
    for_good = or_(Job.state != JobState.FAILED, Job.finished_at < func.now() - TRY_AGAIN_FOR)
    over = select(Job.source_id).where(Job.state.in_(OVER), Job.part.is_(None), for_good)
    done = delete(SourceFile).where(SourceFile.source_id.in_(over), ~SourceFile.kept)
    return session.scalars(done.returning(SourceFile.key)).all()
