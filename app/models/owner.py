"""Whom things belong to."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from app.models.base import Base, CreatedAt, Id


class Owner(Base):
    """A browser's signed session, for now."""

    __tablename__ = "owners"

    id: Mapped[Id]
    created_at: Mapped[CreatedAt]
