"""A mosaic as it would be with other settings, for somebody who waits with a hand on the slider."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from app.domain.errors import BadInput, NotFound
from app.domain.grid import grid_size
from app.domain.options import MosaicOptions
from app.domain.possible import check_possible
from app.domain.tuned import Tuned
from app.queue import Tuner
from app.services.browse import mosaic_for

NO_TILES = (
    "The tile set of this mosaic was deleted since, so it cannot be laid anew. The mosaic stays."
)


def tune_mosaic(
    session: Session,
    tuner: Tuner,
    *,
    owner_id: UUID,
    mosaic_id: UUID,
    options: MosaicOptions,
    sharp: bool,
) -> Tuned:
    """Figures and picture. Nothing is stored.

    sharp : of the tiles themselves rather than of their thumbs; it takes longer.

    Raises NotFound (not this owner's to see, or without its tiles), BadInput (tiles cannot be laid as it was wished),
    ServiceDown (nobody answers).
    """
    mosaic = mosaic_for(session, owner_id, mosaic_id)
    if mosaic.tile_set is None:
        raise NotFound(NO_TILES)
    photo = mosaic.photo
    grid = grid_size(photo.width, photo.height, options.cells_across)
    check_possible(options, mosaic.tile_set.tile_count, grid)
    session.rollback()  # no connection is held while a worker works
    tuned = Tuned.unpacked(tuner.ask(str(mosaic_id), options.written(), sharp=sharp))
    if tuned.sentence:
        raise BadInput(tuned.sentence)
    return tuned
