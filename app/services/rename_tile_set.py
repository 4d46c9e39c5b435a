"""Give a tile set another name."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from app.domain.names import checked_name
from app.models import TileSet
from app.services.browse import tile_set_for


def rename_tile_set(session: Session, *, owner_id: UUID, tile_set_id: UUID, name: str) -> TileSet:
    """Commit the new name; mosaics made before keep the old one. Raises NotFound, BadInput."""
    tile_set = tile_set_for(session, owner_id, tile_set_id, mine=True)
    tile_set.name = checked_name(name, what="tile set")
    session.commit()
    return tile_set
