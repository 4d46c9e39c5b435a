"""Wishes that no mosaic can hold, said before anything is queued, with numbers and a way out.

What `engine.place.possible` says of them, without the engine, so that web processes stay small; a test holds the two equal.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.errors import BadInput
from app.domain.grid import GridSize
from app.domain.limits import CELLS_ACROSS_MAX, CELLS_ACROSS_MIN
from app.domain.options import MosaicOptions


def check_possible(options: MosaicOptions, tiles: int, grid: GridSize) -> None:
    """Raise BadInput, naming the field, where so many tiles cannot cover the grid as it was wished."""
    if options.max_uses is not None:
        _check_uses(options.max_uses, tiles, grid)
    _check_distance(options.min_distance, tiles, grid)
    if options.use_all:
        _check_use_all(tiles, grid)


def _check_uses(most: int, tiles: int, grid: GridSize) -> None:
    if tiles * most >= grid.cells:
        return
    # The grid may show one row more than this one did in proportion: the advice has to hold all the same.
    fewer = range(min(grid.cols, CELLS_ACROSS_MAX), CELLS_ACROSS_MIN - 1, -1)
    fitting = (a for a in fewer if a * max(1, a * (grid.rows + 1) // grid.cols) <= tiles * most)
    uses = "1 use" if most == 1 else f"{most:,} uses"
    raise BadInput(
        f"{_count(tiles)} at {uses} cannot cover {grid.cells:,} cells: "
        f"allow {-(-grid.cells // tiles):,} uses{_or_use(fitting)}.",
        field="max_uses",
    )


def _check_distance(distance: int, tiles: int, grid: GridSize) -> None:
    """In a square of distance + 1 cells all are too near one another."""
    squares = [min(d + 1, grid.cols) * min(d + 1, grid.rows) for d in range(distance + 1)]
    if squares[-1] <= tiles:
        return
    fits = max(d for d, square in enumerate(squares) if square <= tiles)
    raise BadInput(
        f"To show no tile twice within {distance} cells takes {squares[-1]} tiles, and there are {_count(tiles)}: "
        f"choose a distance of {fits} or add tiles.",
        field="min_distance",
    )


def _check_use_all(tiles: int, grid: GridSize) -> None:
    if tiles <= grid.cells:
        return
    more = range(grid.cols, CELLS_ACROSS_MAX + 1)
    fitting = (a for a in more if a * (a * grid.rows // grid.cols) >= tiles)
    raise BadInput(
        f"{_count(tiles)} cannot all show in {grid.cells:,} cells: "
        f"take {_count(tiles - grid.cells)} out of the set{_or_use(fitting)}.",
        field="use_all",
    )


def _count(tiles: int) -> str:
    return f"{tiles:,} {'tile' if tiles == 1 else 'tiles'}"


def _or_use(fitting: Iterable[int]) -> str:
    """The first of these numbers of cells across, as a clause."""
    across = next(iter(fitting), None)
    return "" if across is None else f" or use {across} cells across"
