"""Delete a mosaic, its kept versions, what was taken away of it, and its photo once no other mosaic needs it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Mosaic, Takeaway, Version
from app.services.browse import mosaic_for
from app.storage.base import Storage
from app.storage.forget import forget_objects


def delete_mosaic(session: Session, storage: Storage, *, owner_id: UUID, mosaic_id: UUID) -> None:
    """Rows first, objects later. A worker still making it finds its row gone and stops. Raises NotFound."""
    mosaic = mosaic_for(session, owner_id, mosaic_id, mine=True)
    photo = mosaic.photo
    keys = [mosaic.photo_view_key, mosaic.preview_key, mosaic.jpeg_key, mosaic.png_key]
    keys += [mosaic.plan_key, mosaic.zoom_key]
    keys += session.scalars(select(Version.picture_key).where(Version.mosaic_id == mosaic.id))
    keys += session.scalars(select(Takeaway.key).where(Takeaway.mosaic_id == mosaic.id))
    session.delete(mosaic)
    session.flush()
    needed = session.scalar(select(Mosaic.id).where(Mosaic.photo_id == photo.id).limit(1))
    if photo.owner_id == owner_id and needed is None:
        keys.append(photo.key)
        session.delete(photo)
    session.commit()
    forget_objects(storage, keys)
