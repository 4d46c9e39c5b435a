"""Let go of a file that was made of a mosaic, or end its making."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from app.services.browse import takeaway_for
from app.storage.base import Storage


def delete_takeaway(
    session: Session, storage: Storage, *, owner_id: UUID, takeaway_id: UUID
) -> UUID:
    """Row first, object later; a worker still making it finds its row gone and stops. Returns the mosaic's id. Raises NotFound."""
    takeaway = takeaway_for(session, owner_id, takeaway_id)
    mosaic_id, key = takeaway.mosaic_id, takeaway.key
    session.delete(takeaway)
    session.commit()
    if key:
        storage.delete(key)
    return mosaic_id
