"""Tiles that nothing shows which is made of their set."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Integer, all_, any_, bindparam, func, select
from sqlalchemy.orm import Session

from app.models import BannedTile, Tile


def banned_in(session: Session, tile_set_id: UUID) -> Sequence[int]:
    """The numbers of the banned tiles of a set, in order."""
    return session.scalars(
        select(BannedTile.number)
        .where(BannedTile.tile_set_id == tile_set_id)
        .order_by(BannedTile.number)
    ).all()


def count_banned_in(session: Session, tile_set_id: UUID) -> int:
    """How many there are."""
    mine = BannedTile.tile_set_id == tile_set_id
    return session.scalar(select(func.count()).select_from(BannedTile).where(mine)) or 0


def families_of(
    session: Session, tile_set_id: UUID, numbers: Iterable[int]
) -> dict[int, int | None]:
    """Of these tiles those that are there, each with its family; None where it has none."""
    wanted = bindparam("wanted", list(numbers), type_=ARRAY(Integer))
    rows = session.execute(
        select(Tile.number, Tile.family).where(
            Tile.tile_set_id == tile_set_id, Tile.number == any_(wanted)
        )
    )
    return {row.number: row.family for row in rows}


def count_families(session: Session, tile_set_id: UUID, without: Iterable[int]) -> int:
    """How many families the tiles of a set are, those left out not counted; a tile without one is its own."""
    left_out = bindparam("left_out", list(without), type_=ARRAY(Integer))
    # Numbers of families are not below 0.
    family = func.coalesce(Tile.family, -1 - Tile.number)
    counted = select(func.count(family.distinct())).where(
        Tile.tile_set_id == tile_set_id, Tile.number != all_(left_out)
    )
    return session.scalar(counted) or 0
