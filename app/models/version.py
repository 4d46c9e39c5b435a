"""Tunings of a mosaic that somebody kept."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.options import MosaicOptions
from app.models.base import Base, CreatedAt, Id, OwnerId


class Version(Base):
    """How a mosaic would be with other settings. It is whose who kept it, who may be another than the mosaic's owner.

    look : the settings as a form sends them, `MosaicOptions.written`.
    figures : the quality receipt.
    picture_key : a preview of the tiles themselves.
    """

    __tablename__ = "versions"

    id: Mapped[Id]
    owner_id: Mapped[OwnerId]
    mosaic_id: Mapped[UUID] = mapped_column(
        ForeignKey("mosaics.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str]
    look: Mapped[dict[str, str]] = mapped_column(JSONB)
    figures: Mapped[dict[str, Any]] = mapped_column(JSONB)
    picture_key: Mapped[str]
    created_at: Mapped[CreatedAt]

    @property
    def options(self) -> MosaicOptions:
        """What was chosen."""
        return MosaicOptions.parse(**self.look)
