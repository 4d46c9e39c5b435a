"""Whom things belong to."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, CreatedAt, Id


class Owner(Base):
    """An account, or a browser without one.

    What a browser had moves into an account at log-in; its row stays, because keys of objects go on beginning with its id.
    """

    __tablename__ = "owners"

    id: Mapped[Id]
    # The owner into which everything of this one moved.
    moved_to: Mapped[UUID | None] = mapped_column(
        ForeignKey("owners.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[CreatedAt]
