"""Accept a mosaic: one transaction inserts mosaic and job, then the doorbell rings."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.domain.errors import BadInput
from app.domain.grid import GridSize, grid_size
from app.domain.options import MosaicOptions
from app.domain.states import QUEUE_OF, JobKind
from app.models import Job, Mosaic, Photo, TileSet
from app.queue import Doorbell
from app.services.browse import photo_for, tile_set_for
from app.services.check_wishes import check_wishes
from app.services.owners import ensure_owner
from app.services.quotas import take_room


def make_mosaic(
    session: Session,
    doorbell: Doorbell,
    *,
    owner_id: UUID,
    photo_id: UUID,
    tile_set_id: UUID,
    options: MosaicOptions,
    idempotency_key: str,
) -> Mosaic:
    """Queue a mosaic and commit. The same idempotency key again gives the same mosaic.

    Raises NotFound where photo or set are not this owner's to see, BadInput where the set is empty, where photo and grid
    do not fit, or where these tiles cannot cover the grid as it was wished, TooMany where too many jobs wait already.
    """
    if known := known_mosaic(session, owner_id, idempotency_key):
        return known
    photo = photo_for(session, owner_id, photo_id)
    tile_set = tile_set_for(session, owner_id, tile_set_id)
    if tile_set.tile_count == 0:
        raise BadInput(
            f"“{tile_set.name}” has no tiles yet. Add pictures to it, or choose another tile set.",
            field="tile_set",
        )
    grid = grid_size(photo.width, photo.height, options.cells_across)
    check_wishes(session, tile_set, options, grid)
    ensure_owner(session, owner_id)
    take_room(session, owner_id, jobs=1)
    mosaic = _mosaic(owner_id, photo, tile_set, grid, options)
    mosaic.job = _job(owner_id, idempotency_key)
    session.add(mosaic)
    try:
        session.commit()
    except IntegrityError:  # the same form, sent twice at once: the other one won
        session.rollback()
        if known := known_mosaic(session, owner_id, idempotency_key):
            return known
        # Or the photo went with the last mosaic that was made of it, or the set was deleted, a moment ago.
        photo_for(session, owner_id, photo_id)
        tile_set_for(session, owner_id, tile_set_id)
        raise
    doorbell.ring(QUEUE_OF[JobKind.MAKE_MOSAIC])
    return mosaic


def _mosaic(
    owner_id: UUID, photo: Photo, tile_set: TileSet, grid: GridSize, options: MosaicOptions
) -> Mosaic:
    return Mosaic(
        id=uuid4(),
        owner_id=owner_id,
        photo_id=photo.id,
        tile_set_id=tile_set.id,
        tile_set_name=tile_set.name,
        cols=grid.cols,
        rows=grid.rows,
        **vars(options),
    )


def _job(owner_id: UUID, idempotency_key: str) -> Job:
    kind = JobKind.MAKE_MOSAIC
    return Job(owner_id=owner_id, kind=kind, queue=QUEUE_OF[kind], idempotency_key=idempotency_key)


def known_mosaic(session: Session, owner_id: UUID, idempotency_key: str) -> Mosaic | None:
    """The mosaic that this form has already given, if it was sent before."""
    found: Mosaic | None = session.scalar(
        select(Mosaic)
        .join(Job, Job.mosaic_id == Mosaic.id)
        .where(Job.owner_id == owner_id, Job.idempotency_key == idempotency_key)
    )
    return found
