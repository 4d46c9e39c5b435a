"""Owners come into being with the first thing that belongs to them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.models import Owner


def ensure_owner(session: Session, owner_id: UUID) -> None:
    """Insert the owner unless it is there."""
    session.execute(insert(Owner).values(id=owner_id).on_conflict_do_nothing())
