"""What was made of a mosaic to be taken away."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Bytes, CreatedAt, Id, OwnerId
from app.models.job import Job


class Takeaway(Base):
    """A file made of a mosaic, by a job of its own. It is whose who asked, who may be another than the mosaic's owner.

    kind, options : app.domain.takeaways.Wanted.
    key : None until the file is there. media : its content type, and suffix : the ending of its name.
    """

    __tablename__ = "takeaways"

    id: Mapped[Id]
    owner_id: Mapped[OwnerId]
    mosaic_id: Mapped[UUID] = mapped_column(
        ForeignKey("mosaics.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str]
    options: Mapped[dict[str, Any]] = mapped_column(JSONB)
    key: Mapped[str | None]
    bytes: Mapped[Bytes | None]
    media: Mapped[str | None]
    suffix: Mapped[str | None]
    created_at: Mapped[CreatedAt]

    job: Mapped[Job] = relationship(lazy="joined", passive_deletes="all")
