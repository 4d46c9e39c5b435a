"""A photo to be made into mosaics."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

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
    width: Mapped[int]
    height: Mapped[int]
    # Whom to thank, for the photos that come with Tessera.
    credit: Mapped[str | None]
    created_at: Mapped[CreatedAt]
