"""How the chosen photo and tile set fit: rows in, and the guess of `app.domain.preflight` out."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.coverage import counts_in
from app.domain.grid import grid_size
from app.domain.options import DEFAULT_MATCHER, MosaicOptions
from app.domain.preflight import Fit, fit
from app.models import Job
from app.services.bans import count_banned_in
from app.services.browse import photo_for, tile_set_for


def fit_of(
    session: Session, *, owner_id: UUID, photo_id: UUID, tile_set_id: UUID, options: MosaicOptions
) -> Fit:
    """Raises NotFound, and BadInput where photo and grid do not fit. Without colours it knows of cells and tiles alone.

    The number of uses was fitted to one matcher; of the others it would be a tale, and is left out.
    """
    photo = photo_for(session, owner_id, photo_id)
    tile_set = tile_set_for(session, owner_id, tile_set_id)
    # Read anew: an object of this session would show what was there before a worker looked.
    session.refresh(photo, ["colors"])
    session.refresh(tile_set, ["colors"])
    tiles = counts_in(tile_set.colors or [])
    found = fit(
        photo=counts_in(photo.colors or []) if tiles else {},
        tiles=tiles,
        cells=grid_size(photo.width, photo.height, options.cells_across).cells,
        tile_count=tile_set.tile_count - count_banned_in(session, tile_set.id),
        penalty=options.penalty,
    )
    return found if options.matcher == DEFAULT_MATCHER else replace(found, most_used=None)


def is_being_looked_at(session: Session, photo_id: UUID, tile_set_id: UUID) -> bool:
    """Whether a worker is about to find out more."""
    waiting = (Job.photo_id == photo_id) | (Job.tile_set_id == tile_set_id)
    live = select(Job.id).where(waiting, Job.finished_at.is_(None))
    return session.scalar(select(live.exists())) or False
