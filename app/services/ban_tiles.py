"""Ban tiles of a set from all that is made of it, or allow them again."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Integer, any_, bindparam, delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.domain.errors import BadInput, NotFound
from app.domain.limits import SET_BANS_MAX
from app.models import BannedTile
from app.services.bans import banned_in, families_of
from app.services.browse import tile_set_for

GONE = "There is no such tile in this set any more: it was removed. Nothing was changed."
ENOUGH = (
    f"Of one set {SET_BANS_MAX:,} tiles can be banned, and this would be more. Remove some from the set instead, "
    "or allow others again. Nothing was changed."
)
ALL = "This would ban every tile of “{name}”, and nothing could be made of it. Leave at least one. Nothing was changed."


def ban_tiles(
    session: Session, *, owner_id: UUID, tile_set_id: UUID, numbers: Sequence[int]
) -> list[int]:
    """Commit it, and return which were not banned before. Mosaics that were made stay as they are.

    Raises NotFound (not this owner's set, no such tile), BadInput (all of them, or too many).
    """
    tile_set = tile_set_for(session, owner_id, tile_set_id, mine=True)
    # Locked, so that two who ban at once cannot ban all together.
    session.refresh(tile_set, with_for_update=True)
    there = families_of(session, tile_set_id, numbers)
    if not there:
        raise NotFound(GONE)
    before = set(banned_in(session, tile_set_id))
    new = sorted(set(there) - before)
    if len(before) + len(new) > SET_BANS_MAX:
        raise BadInput(ENOUGH)
    if new and len(before) + len(new) >= tile_set.tile_count:
        raise BadInput(ALL.format(name=tile_set.name))
    if new:
        rows = [{"tile_set_id": tile_set_id, "number": number} for number in new]
        session.execute(insert(BannedTile).on_conflict_do_nothing(), rows)
    session.commit()
    return new


def allow_tiles(
    session: Session, *, owner_id: UUID, tile_set_id: UUID, numbers: Sequence[int]
) -> None:
    """Commit it; what was not banned stays as it is. Raises NotFound."""
    tile_set_for(session, owner_id, tile_set_id, mine=True)
    some = bindparam("some", list(numbers), type_=ARRAY(Integer))
    session.execute(
        delete(BannedTile).where(
            BannedTile.tile_set_id == tile_set_id, BannedTile.number == any_(some)
        )
    )
    session.commit()
