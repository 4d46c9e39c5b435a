"""A mosaic as it would be with other settings, for somebody who waits with a hand on the slider."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from app.domain.edits import Cell
from app.domain.errors import BadInput, NotFound
from app.domain.grid import grid_size
from app.domain.options import MosaicOptions
from app.domain.tuned import Tuned
from app.models import Mosaic, TileSet
from app.queue import Tuner
from app.services.check_wishes import check_wishes

NO_TILES = (
    "The tile set of this mosaic was deleted since, so it cannot be laid anew. The mosaic stays."
)


def tune_mosaic(
    session: Session,
    tuner: Tuner,
    mosaic: Mosaic,
    *,
    options: MosaicOptions,
    sharp: bool,
    bare: bool,
) -> Tuned:
    """Figures and picture of a mosaic that the caller has already looked up. Nothing is stored.

    sharp : of the tiles themselves rather than of their thumbs; it takes longer.
    bare : the picture alone.

    Raises NotFound (its tile set is gone), BadInput (tiles cannot be laid as it was wished),
    ServiceDown (nobody answers).
    """
    _check(session, mosaic, options)
    session.rollback()  # no connection is held while a worker works
    return _read(tuner.ask(str(mosaic.id), options.written(), sharp=sharp, bare=bare))


def cell_of(
    session: Session, tuner: Tuner, mosaic: Mosaic, *, options: MosaicOptions, cell: Cell
) -> dict[str, Any]:
    """What shows in a cell with these options, and what else might: `choices`, the best first, each with `tile`,
    `score`, `mirrored` and `uses`, and which of them is `shown`.

    Raises as `tune_mosaic`, and NotFound for a cell that is outside the grid.
    """
    if cell.col >= mosaic.cols or cell.row >= mosaic.rows:
        raise NotFound(f"There is no cell {cell}: this mosaic has {mosaic.cols} x {mosaic.rows}.")
    _check(session, mosaic, options)
    session.rollback()
    found: dict[str, Any] = _read(
        tuner.ask_cell(str(mosaic.id), options.written(), col=cell.col, row=cell.row)
    ).figures["cell"]
    return found


def curve_of(
    session: Session, tuner: Tuner, mosaic: Mosaic, *, options: MosaicOptions
) -> list[dict[str, Any]]:
    """`penalty`, `likeness` and `variety` of a row of penalties, without repeat controls. Raises as `tune_mosaic`."""
    _tiles_of(mosaic)
    session.rollback()
    points: list[dict[str, Any]] = _read(
        tuner.ask_curve(str(mosaic.id), options.written())
    ).figures["curve"]
    return points


def _check(session: Session, mosaic: Mosaic, options: MosaicOptions) -> None:
    photo = mosaic.photo
    grid = grid_size(photo.width, photo.height, options.cells_across)
    check_wishes(session, _tiles_of(mosaic), options, grid, in_a_hurry=True)


def _tiles_of(mosaic: Mosaic) -> TileSet:
    if mosaic.tile_set is None:
        raise NotFound(NO_TILES)
    return mosaic.tile_set


def _read(answer: bytes) -> Tuned:
    tuned = Tuned.unpacked(answer)
    if tuned.sentence:
        raise BadInput(tuned.sentence)
    return tuned
