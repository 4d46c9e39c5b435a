"""A mosaic: what was asked for, and once it is made, where it lies and how good it is."""

from __future__ import annotations

from dataclasses import fields
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, false, text, true
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.edits import Pin, bans_in, pins_in, written_bans, written_pins
from app.domain.options import MosaicOptions
from app.models.base import Base, Bytes, CreatedAt, Id, OwnerId
from app.models.job import Job
from app.models.photo import Photo
from app.models.tile_set import TileSet
from app.models.written import Written


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
    # What was asked for: the fields of MosaicOptions.
    matcher: Mapped[str]
    penalty: Mapped[float]
    cells_across: Mapped[int | None]
    placement: Mapped[str | None]
    mirrors: Mapped[bool | None]
    shift: Mapped[float | None]
    max_uses: Mapped[int | None]
    # Defaults in the database: a web process of before may insert while this one starts.
    min_distance: Mapped[int] = mapped_column(server_default=text("0"))
    use_all: Mapped[bool] = mapped_column(server_default=false())
    families: Mapped[bool] = mapped_column(server_default=true())
    bans: Mapped[tuple[int, ...]] = mapped_column(
        Written(lambda text: bans_in(text) or (), written_bans), server_default=""
    )
    pins: Mapped[tuple[Pin, ...]] = mapped_column(
        Written(lambda text: pins_in(text) or (), written_pins), server_default=""
    )
    # The grid that follows from photo and cells across.
    cols: Mapped[int]
    rows: Mapped[int]
    photo_view_key: Mapped[str | None]
    preview_key: Mapped[str | None]
    jpeg_key: Mapped[str | None]
    jpeg_bytes: Mapped[Bytes | None]
    png_key: Mapped[str | None]
    png_bytes: Mapped[Bytes | None]
    # engine.plan_file. None, as zoom files are: made before these were kept.
    plan_key: Mapped[str | None]
    zoom_key: Mapped[str | None]
    zoom_bytes: Mapped[Bytes | None]
    # What app.domain.squares has to know of the zoom file; half a kilobyte that few pages want.
    zoom: Mapped[dict[str, Any] | None] = mapped_column(JSONB, deferred=True)
    # engine.quality.Receipt as a dict, and `tiles`: how many the set had.
    receipt: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    created_at: Mapped[CreatedAt]

    photo: Mapped[Photo] = relationship(lazy="joined")
    tile_set: Mapped[TileSet | None] = relationship(lazy="joined")
    # The database deletes the job with the mosaic; nothing may cut them apart before.
    job: Mapped[Job] = relationship(lazy="joined", passive_deletes="all")

    @property
    def options(self) -> MosaicOptions:
        """What was asked for."""
        return MosaicOptions(
            **{field.name: getattr(self, field.name) for field in fields(MosaicOptions)}
        )
