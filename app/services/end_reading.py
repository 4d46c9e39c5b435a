"""What is to be done when a source has been read, or never will be: tell of parts that failed, forget the upload."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.domain.states import OVER
from app.models import Job, Refusal, Source, SourceFile
from app.services import job_parts


def end_readings(session: Session, job_id: UUID | None = None) -> Sequence[str]:
    """End the jobs, or this one, whose parts are all over. Returns keys of uploads to delete after the commit."""
    for ended in job_parts.settle(session, job_id):
        for part in job_parts.failed_parts(session, ended):
            _tell(session, part)
    return _forget_uploads(session)


def _tell(session: Session, part: Job) -> None:
    """List a part that failed among the refused files, which it counts with."""
    details = part.details or {}
    row = {
        "source_id": part.source_id,
        "number": details.get("position", part.part),
        "name": details.get("says", "A part of it"),
        "reason": part.error,
    }
    session.execute(insert(Refusal).values(row).on_conflict_do_nothing())
    session.execute(
        update(Source)
        .where(Source.id == part.source_id)
        .values(refused=Source.refused + details.get("count", 1))
    )


def _forget_uploads(session: Session) -> Sequence[str]:
    """Of all jobs that are over, however they ended, but films that gave tiles: the frames behind these stay in them."""
    over = select(Job.source_id).where(Job.state.in_(OVER), Job.part.is_(None))
    done = delete(SourceFile).where(SourceFile.source_id.in_(over), ~SourceFile.kept)
    return session.scalars(done.returning(SourceFile.key)).all()
