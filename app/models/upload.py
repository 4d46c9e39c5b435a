"""An upload on its way: what a browser said it will send, and what of it is here."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.states import UploadState
from app.models.base import Base, Bytes, CreatedAt, Id, OwnerId


class Upload(Base):
    """Files that will be one source of a tile set, under the same id. A set has one open upload at most."""

    __tablename__ = "uploads"
    __table_args__ = (
        Index(
            "uq_uploads_open_tile_set_id",
            "tile_set_id",
            unique=True,
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[Id]
    owner_id: Mapped[OwnerId]
    tile_set_id: Mapped[UUID] = mapped_column(
        ForeignKey("tile_sets.id", ondelete="CASCADE"), index=True
    )
    state: Mapped[str] = mapped_column(default=UploadState.OPEN)
    # When a browser last asked for something or sent something.
    touched_at: Mapped[datetime] = mapped_column(server_default=func.now())
    created_at: Mapped[CreatedAt]


class UploadFile(Base):
    """One file of an open upload. Small ones share an object, a zip; `token` is set while a large one comes in parts."""

    __tablename__ = "upload_files"
    __table_args__ = (UniqueConstraint("upload_id", "fingerprint"),)

    upload_id: Mapped[UUID] = mapped_column(
        ForeignKey("uploads.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    # Of path, size and time of change: the same file chosen again after a reload.
    fingerprint: Mapped[str]
    name: Mapped[str]
    bytes: Mapped[Bytes]
    part_bytes: Mapped[int]
    key: Mapped[str | None]
    token: Mapped[str | None]
    whole: Mapped[bool] = mapped_column(default=False)
    # How long the zip at `key` is that holds this file among others; None where the object is the file itself.
    zip_bytes: Mapped[int | None]
