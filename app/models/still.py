"""Frames of films that somebody has looked at."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class Still(Base):
    """A frame of a film that is kept, as a JPEG at `key`; made when it is first asked for. It goes with the film."""

    __tablename__ = "stills"
    __table_args__ = (
        ForeignKeyConstraint(
            ["source_id", "film"],
            ["source_files.source_id", "source_files.number"],
            name="fk_stills_film",
            ondelete="CASCADE",
        ),
    )

    source_id: Mapped[UUID] = mapped_column(primary_key=True)
    film: Mapped[int] = mapped_column(primary_key=True)
    time_ms: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
