"""How the chosen photo and tile set fit: guessed from rows by `app.domain.preflight`, or laid by a worker and counted."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.coverage import counts_in
from app.domain.errors import PersonError, ServiceDown
from app.domain.grid import GridSize, grid_size
from app.domain.options import DEFAULT_MATCHER, MosaicOptions
from app.domain.preflight import Fit, Uses, fit
from app.domain.tuned import Tuned
from app.models import Job, Photo, TileSet
from app.queue import Tuner
from app.services.bans import count_banned_in
from app.services.browse import photo_for, tile_set_for
from app.services.check_wishes import check_wishes

# All that the default grid gives: a worker has found their candidates in a second to four. More cells are guessed.
LAID_CELLS_MAX = 10_000


def fit_of(
    session: Session, *, owner_id: UUID, photo_id: UUID, tile_set_id: UUID, options: MosaicOptions
) -> Fit:
    """Raises NotFound, and BadInput where photo and grid do not fit. Without colours it knows of cells and tiles alone.

    The number of uses was fitted to one matcher; of the others it would be a tale, and is left out.
    """
    photo = photo_for(session, owner_id, photo_id)
    tile_set = tile_set_for(session, owner_id, tile_set_id)
    return _guessed(session, photo, tile_set, _grid(photo, options), options)


def laid_fit_of(
    session: Session,
    tuner: Tuner,
    *,
    owner_id: UUID,
    photo_id: UUID,
    tile_set_id: UUID,
    options: MosaicOptions,
) -> Fit:
    """The same with uses that a worker counted, who has laid the mosaic in memory.

    Raises as `fit_of`. Where there are too many cells, or it cannot be laid as it was wished, or no worker answers, what
    is guessed stays.
    """
    photo = photo_for(session, owner_id, photo_id)
    tile_set = tile_set_for(session, owner_id, tile_set_id)
    grid = _grid(photo, options)
    found = _guessed(session, photo, tile_set, grid, options)
    if found.cells > LAID_CELLS_MAX:
        return found
    try:
        check_wishes(session, tile_set, options, grid, in_a_hurry=True)
        session.rollback()  # no connection is held while a worker works
        look = options.written()
        told = Tuned.unpacked(tuner.ask_fit(str(photo_id), str(tile_set_id), look))
    except (PersonError, ServiceDown):
        return found
    return found if told.sentence else replace(found, uses=Uses.counted(**told.figures))


def is_being_looked_at(session: Session, photo_id: UUID, tile_set_id: UUID) -> bool:
    """Whether a worker is about to find out more."""
    waiting = (Job.photo_id == photo_id) | (Job.tile_set_id == tile_set_id)
    live = select(Job.id).where(waiting, Job.finished_at.is_(None))
    return session.scalar(select(live.exists())) or False


def _grid(photo: Photo, options: MosaicOptions) -> GridSize:
    return grid_size(photo.width, photo.height, options.cells_across)


def _guessed(
    session: Session, photo: Photo, tile_set: TileSet, grid: GridSize, options: MosaicOptions
) -> Fit:
    # Read anew: an object of this session would show what was there before a worker looked.
    session.refresh(photo, ["colors"])
    session.refresh(tile_set, ["colors"])
    tiles = counts_in(tile_set.colors or [])
    found = fit(
        photo=counts_in(photo.colors or []) if tiles else {},
        tiles=tiles,
        cells=grid.cells,
        tile_count=tile_set.tile_count - count_banned_in(session, tile_set.id),
        penalty=options.penalty,
        max_uses=options.max_uses,
    )
    return found if options.matcher == DEFAULT_MATCHER else replace(found, uses=None)
