"""A photo to be made into mosaics."""

from __future__ import annotations

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Bytes, CreatedAt, Id, OwnerId


class Photo(Base):
    """`key` holds the bytes as uploaded; `width` and `height` are as seen, with the orientation applied."""

    __tablename__ = "photos"

    id: Mapped[Id]
    owner_id: Mapped[OwnerId]
    name: Mapped[str]
    key: Mapped[str]
    content_type: Mapped[str]
    bytes: Mapped[Bytes]
    # A JPEG of it, once a worker has made one, for photos that few browsers show; else None.
    view_key: Mapped[str | None]
    width: Mapped[int]
    height: Mapped[int]
    # Whom to thank, for the photos that come with Tessera.
    credit: Mapped[str | None]
    # Which colours it has: lists of lightness, a, b (boxes of app.domain.colors) and share in 10,000. None: not looked at yet.
    colors: Mapped[list[list[int]] | None] = mapped_column(JSONB)
    created_at: Mapped[CreatedAt]
