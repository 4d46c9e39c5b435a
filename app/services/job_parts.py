"""Jobs that many workers share: parts are jobs of their own, and a split job is over when all its parts are.

Whoever ends a part looks whether it was the last one; the sweeper looks, too, for those who died before they could.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, case, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from app.domain.states import OVER, QUEUE_OF, JobKind, JobState
from app.models import Job
from app.services import job_table
from app.services.job_table import Claimed

Part = aliased(Job, name="part")


def split(
    session: Session, job: Claimed, kind: JobKind, parts: Sequence[dict[str, Any]], stage: str
) -> bool:
    """Make a job of each part and leave the rest to them. False: the job is no longer ours; roll back."""
    if not job_table.report(session, job, stage=stage):
        return False
    # As old as their job, so that what was asked for first is done first.
    created_at = select(Job.created_at).where(Job.id == job.id).scalar_subquery()
    rows = [
        {
            "id": uuid4(),
            "owner_id": job.owner_id,
            "kind": kind,
            "queue": QUEUE_OF[kind],
            "mosaic_id": job.mosaic_id,
            "source_id": job.source_id,
            "parent_id": job.id,
            "part": number,
            "details": details,
            "idempotency_key": f"{job.id}/{number}",
            "created_at": created_at,
        }
        for number, details in enumerate(parts)
    ]
    session.execute(insert(Job).values(rows).on_conflict_do_nothing())
    return job_table.split(session, job)


def report(session: Session, job_id: UUID) -> None:
    """Write into a split job's row how far its parts are together."""
    session.execute(
        update(Job)
        .where(Job.id == job_id, Job.state == JobState.SPLIT)
        .values(share=_total(func.avg(Part.share)), **_counts())
        .execution_options(synchronize_session=False)
    )


def settle(session: Session, job_id: UUID | None = None) -> Sequence[UUID]:
    """End split jobs, or this one, whose parts are all over. Returns the ids of those that this call ended.

    A job of which any part was done is done; the parts that failed are for the caller to tell of.
    """
    its_parts = Part.parent_id == Job.id
    left = select(Part.id).where(its_parts, Part.state.not_in(OVER)).exists()
    done = select(Part.id).where(its_parts, Part.state == JobState.SUCCEEDED).exists()
    # A sweeper skips what somebody holds locked: it comes round again.
    over = select(Job.id).where(Job.state == JobState.SPLIT, ~left)
    ended = (
        update(Job)
        .where(Job.id.in_(over.with_for_update(skip_locked=job_id is None, of=Job)))
        .values(
            state=case((done, JobState.SUCCEEDED), else_=JobState.FAILED),
            stage="Done",
            share=case((done, 1.0), else_=Job.share),
            error=case((done, None), else_=_total(func.min(Part.error))),
            finished_at=func.now(),
            **_counts(),
        )
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    )
    return session.scalars(ended.where(Job.id == job_id) if job_id else ended).all()


def failed_parts(session: Session, job_id: UUID) -> Sequence[Job]:
    """The parts of a job that could not be done, in order."""
    return session.scalars(
        select(Job).where(Job.parent_id == job_id, Job.state == JobState.FAILED).order_by(Job.part)
    ).all()


@dataclass(frozen=True)
class Told:
    """What a part that failed is called among the refused files: its number, its name, and for how many files it counts."""

    number: int
    name: str
    count: int


def told_of(part: Job) -> Told:
    """As its details say."""
    details = part.details or {}
    number = details.get("position", part.part or 0)
    return Told(number, details.get("says", "A part of it"), details.get("count", 1))


def _counts() -> dict[str, ColumnElement[Any]]:
    return {
        column.key: _total(func.coalesce(func.sum(column), 0))
        for column in (Part.taken, Part.refused, Part.duplicates)
    }


def _total(value: ColumnElement[Any]) -> ColumnElement[Any]:
    return select(value).where(Part.parent_id == Job.id).scalar_subquery()
