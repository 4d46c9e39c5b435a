"""The queue: a row is the truth about a job. A Celery message only rings the bell."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.origin import request_id
from app.domain.states import JobState
from app.models.base import Base, CreatedAt, Id, OwnerId

ONE_SUBJECT = "num_nonnulls(mosaic_id, source_id, tile_set_id, photo_id, takeaway_id) = 1"


class Job(Base):
    """See docs/adr/0001 and `app.services.job_table` for the steps between states.

    A part of a split job is a job itself, with a token, a lease and attempts of its own; `details` say what it reads.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        UniqueConstraint("owner_id", "idempotency_key", name="uq_jobs_owner_id_idempotency_key"),
        UniqueConstraint("parent_id", "part"),
        CheckConstraint("(parent_id IS NULL) = (part IS NULL)", name="part_of_a_job"),
        CheckConstraint(ONE_SUBJECT, name="one_subject"),
        CheckConstraint("share BETWEEN 0 AND 1", name="share_is_a_share"),
        CheckConstraint("(state = 'running') = (token IS NOT NULL)", name="token_while_running"),
        CheckConstraint("(state = 'running') = (lease IS NOT NULL)", name="lease_while_running"),
        # One job a source, and beside it the parts of that job.
        Index("uq_jobs_source_id", "source_id", unique=True, postgresql_where=text("part IS NULL")),
        # What a claim looks for, and nothing else: stays small however many jobs are over.
        Index("ix_jobs_queued", "queue", "created_at", postgresql_where=text("state = 'queued'")),
        Index("ix_jobs_lease", "lease", postgresql_where=text("state = 'running'")),
    )

    id: Mapped[Id]
    owner_id: Mapped[OwnerId]
    kind: Mapped[str]
    queue: Mapped[str]
    mosaic_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("mosaics.id", ondelete="CASCADE"), unique=True
    )
    source_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("sources.id", ondelete="CASCADE"), index=True
    )
    tile_set_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("tile_sets.id", ondelete="CASCADE"), index=True
    )
    photo_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("photos.id", ondelete="CASCADE"), index=True
    )
    takeaway_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("takeaways.id", ondelete="CASCADE"), unique=True
    )
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"))
    part: Mapped[int | None]
    details: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    idempotency_key: Mapped[str]
    # The request that it goes back to, as log lines have it.
    request: Mapped[str | None] = mapped_column(default=request_id)
    state: Mapped[str] = mapped_column(default=JobState.QUEUED)
    # Who runs it: set afresh by each claim, and every later write of that claim has to name it.
    token: Mapped[UUID | None]
    lease: Mapped[datetime | None]
    attempt: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime] = mapped_column(server_default=func.now())
    stage: Mapped[str] = mapped_column(default="Waiting for its turn")
    share: Mapped[float] = mapped_column(default=0.0)
    # For reading: files taken, refused, and left out as duplicates so far.
    taken: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    duplicates: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]
    created_at: Mapped[CreatedAt]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
