"""What a worker keeps on its disk of things that were deleted goes, too."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import Sessions
from app.models import Pack, SourceFile, TileSet
from worker.shelf import Shelf

# What an entry's name begins with, and where the id that follows has its row.
_KINDS = {"pack": Pack.id, "thumbs": Pack.id, "index": TileSet.id, "film": SourceFile.source_id}


def forget_gone(shelf: Shelf, sessions: Sessions) -> None:
    """Remove what has no row any more: the pictures of somebody who deleted them are nowhere."""
    with sessions() as session:
        shelf.forget_gone(lambda kind, ids: _there(session, kind, ids))


def _there(session: Session, kind: str, ids: set[UUID]) -> set[UUID]:
    column = _KINDS.get(kind)
    if column is None:  # nobody here knows whose it is: it stays until there is no room
        return ids
    return set(session.scalars(select(column).where(column.in_(ids))))
