"""Give a kept version another name, or let it go."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from app.domain.names import checked_name
from app.models import Version
from app.services.browse import version_for
from app.storage.base import Storage
from app.storage.forget import forget_objects


def rename_version(session: Session, *, owner_id: UUID, version_id: UUID, name: str) -> Version:
    """Commit the new name. Raises NotFound, BadInput."""
    version = version_for(session, owner_id, version_id)
    version.name = checked_name(name, what="version")
    session.commit()
    return version


def delete_version(session: Session, storage: Storage, *, owner_id: UUID, version_id: UUID) -> UUID:
    """The row first, its picture later. Returns the id of its mosaic. Raises NotFound."""
    version = version_for(session, owner_id, version_id)
    mosaic_id, key = version.mosaic_id, version.picture_key
    session.delete(version)
    session.commit()
    forget_objects(storage, [key])
    return mosaic_id
