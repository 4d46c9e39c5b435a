"""Links to a mosaic for people who have no other way to it."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, CreatedAt, Id, OwnerId


class Share(Base):
    """An unlisted link. `hash` is the SHA-256 of what its address ends with; docs/adr/0020 says where that comes from.

    title : what stands over the mosaic; empty: nothing of the owner's.
    names_set : whether the name of the tile set shows.
    """

    __tablename__ = "shares"

    id: Mapped[Id]
    owner_id: Mapped[OwnerId]
    mosaic_id: Mapped[UUID] = mapped_column(
        ForeignKey("mosaics.id", ondelete="CASCADE"), index=True
    )
    hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    title: Mapped[str]
    names_set: Mapped[bool]
    # None: until it is revoked.
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]

    @property
    def is_over(self) -> bool:
        """Whether it has expired, for a list; what counts is the database's clock."""
        return self.expires_at is not None and self.expires_at <= datetime.now(UTC)
