"""Create an empty tile set."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from app.domain.limits import SYSTEM_OWNER
from app.domain.names import checked_name
from app.models import TileSet
from app.services.owners import ensure_owner


def create_tile_set(
    session: Session, *, owner_id: UUID, name: str, sample: bool = False, credit: str | None = None
) -> TileSet:
    """Commit an empty set; the operator's are shared. Raises BadInput where the name is empty or too long."""
    clean = checked_name(name, what="tile set")
    ensure_owner(session, owner_id)
    tile_set = TileSet(
        owner_id=owner_id, name=clean, sample=sample, credit=credit, shared=owner_id == SYSTEM_OWNER
    )
    session.add(tile_set)
    session.commit()
    return tile_set
