"""A mosaic: what was asked for, and once it is made, where it lies and how good it is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Bytes, CreatedAt, Id, OwnerId
from app.models.job import Job
from app.models.photo import Photo
from app.models.tile_set import TileSet


class Mosaic(Base):
    """Keys are None until their object is there. The tile set may be deleted; the mosaic and the set's name stay."""

    __tablename__ = "mosaics"

    id: Mapped[Id]
    owner_id: Mapped[OwnerId]
    photo_id: Mapped[UUID] = mapped_column(ForeignKey("photos.id"), index=True)
    tile_set_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("tile_sets.id", ondelete="SET NULL"), index=True
    )
    tile_set_name: Mapped[str]
    matcher: Mapped[str]
    penalty: Mapped[float]
    # What was asked for (None: let the photo decide), and the grid that follows.
    cells_across: Mapped[int | None]
    cols: Mapped[int]
    rows: Mapped[int]
    photo_view_key: Mapped[str | None]
    preview_key: Mapped[str | None]
    jpeg_key: Mapped[str | None]
    jpeg_bytes: Mapped[Bytes | None]
    png_key: Mapped[str | None]
    png_bytes: Mapped[Bytes | None]
    # engine.quality.Receipt as a dict, and `tiles`: how many the set had.
    receipt: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    created_at: Mapped[CreatedAt]

    photo: Mapped[Photo] = relationship(lazy="joined")
    tile_set: Mapped[TileSet | None] = relationship(lazy="joined")
    # The database deletes the job with the mosaic; nothing may cut them apart before.
    job: Mapped[Job] = relationship(lazy="joined", passive_deletes="all")
