"""Frames and seconds of films that somebody has looked at."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


def _film(table: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["source_id", "film"],
        ["source_files.source_id", "source_files.number"],
        name=f"fk_{table}_film",
        ondelete="CASCADE",
    )


class Still(Base):
    """A frame of a film that is kept, as a JPEG at `key`; made when it is first asked for. It goes with the film."""

    __tablename__ = "stills"
    __table_args__ = (_film("stills"),)

    source_id: Mapped[UUID] = mapped_column(primary_key=True)
    film: Mapped[int] = mapped_column(primary_key=True)
    time_ms: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]


class Clip(Base):
    """The seconds of a film around a time, as a small film at `key`; made and gone as a still is."""

    __tablename__ = "clips"
    __table_args__ = (_film("clips"),)

    source_id: Mapped[UUID] = mapped_column(primary_key=True)
    film: Mapped[int] = mapped_column(primary_key=True)
    time_ms: Mapped[int] = mapped_column(primary_key=True)
    content_type: Mapped[str]
    key: Mapped[str]
