"""What of the sample is there already. Quick: no pixel is touched, nothing heavy imported."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.limits import SYSTEM_OWNER
from app.models import TileSet
from app.services.browse import example_mosaic


def sample_is_ready(session: Session) -> bool:
    """Whether a first visitor finds everything: the tile set was read and the example made."""
    tile_set = sample_set(session)
    return bool(tile_set and tile_set.tile_count and example_mosaic(session))


def sample_set(session: Session) -> TileSet | None:
    """The sample tile set, perhaps still empty."""
    found: TileSet | None = session.scalar(
        select(TileSet)
        .where(TileSet.owner_id == SYSTEM_OWNER, TileSet.sample)
        .order_by(TileSet.created_at)
        .limit(1)
    )
    return found
