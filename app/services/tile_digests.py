"""Which files a tile set has already."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ARRAY, LargeBinary, any_, bindparam, select
from sqlalchemy.orm import Session

from app.models import Tile


def known_digests(session: Session, tile_set_id: UUID, digests: Sequence[bytes]) -> set[bytes]:
    """Those digests that a tile of the set has."""
    # One array parameter: a part has more tiles than a statement takes parameters.
    asked = bindparam("asked", list(digests), type_=ARRAY(LargeBinary))
    found = session.scalars(
        select(Tile.digest).where(Tile.digest == any_(asked), Tile.tile_set_id == tile_set_id)
    )
    return {digest for digest in found if digest is not None}
