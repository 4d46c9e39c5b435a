"""Share a tile set with everybody, or take it back: the operator's decision, and no page asks for it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.domain.errors import BadInput, NotFound
from app.models import TileSet


def share_tile_set(session: Session, tile_set_id: UUID, *, shared: bool) -> TileSet:
    """Commit it. While it is shared nobody changes it, not even its owner. Raises NotFound."""
    tile_set = session.get(TileSet, tile_set_id)
    if tile_set is None:
        raise NotFound(f"There is no tile set {tile_set_id}.")
    tile_set.shared = shared
    session.commit()
    return tile_set


def tile_set_called(session: Session, name: str) -> TileSet:
    """The one tile set with this id or name. Raises NotFound, or BadInput where several have the name."""
    found = session.scalars(select(TileSet).where(_called(name)).limit(2)).all()
    if not found:
        raise NotFound(f"There is no tile set “{name}”. Its page's address ends with its id.")
    if len(found) > 1:
        raise BadInput(
            f"Several tile sets are called “{name}”. Name it by the id in its page's address."
        )
    return found[0]


def _called(name: str) -> ColumnElement[bool]:
    try:
        return TileSet.id == UUID(name)
    except ValueError:
        return TileSet.name == name
