"""Everything of an owner goes: all rows at once, then all objects."""

from __future__ import annotations

import logging
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.domain.limits import SYSTEM_OWNER
from app.models import Owner
from app.services.move_owner import owned_tables
from app.storage.base import Coming, Storage, StorageDown
from app.storage.forget import forget_objects

log = logging.getLogger(__name__)


def delete_owner(session: Session, storage: Storage, *, owner_id: UUID) -> None:
    """Delete the owner, an account with it, and whatever is theirs, and commit; then the objects.

    Objects lie under the owner's id and under those that moved into it. A worker that still writes one finds its row gone
    and deletes it; what a dying process leaves behind, the collector finds.
    """
    owner = session.get(Owner, owner_id, with_for_update=True)
    if owner is None or owner_id == SYSTEM_OWNER:
        return
    if owner.moved_to is not None:
        # An old copy of a browser's cookie: the objects under this id are the account's.
        for table in reversed(owned_tables()):
            session.execute(delete(table).where(table.c.owner_id == owner_id))
        session.commit()
        return
    former = session.scalars(select(Owner.id).where(Owner.moved_to == owner_id)).all()
    session.execute(delete(Owner).where(Owner.id == owner_id))
    session.commit()
    for each in (owner_id, *former):
        _delete_objects(storage, f"o/{each}/")


def _delete_objects(storage: Storage, prefix: str) -> None:
    """What cannot be deleted now, the collector finds within a day: the rows are gone, and so the answer is yes."""
    try:
        for begun in list(storage.begun()):
            if begun.key.startswith(prefix):
                storage.abandon(Coming(begun.key, begun.token, size=0, part=1))
        forget_objects(storage, [info.key for info in storage.list(prefix)])
    except StorageDown as error:
        log.warning("objects under %s are left to the collector: %s", prefix, error)
