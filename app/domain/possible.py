"""Wishes that no mosaic can hold, said before anything is queued, with numbers and a way out.

What `engine.place.possible` says of them, without the engine, so that web processes stay small; a test holds the two equal.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.errors import BadInput
from app.domain.grid import GridSize
from app.domain.limits import CELLS_ACROSS_MAX, CELLS_ACROSS_MIN, CELLS_MAX
from app.domain.options import MosaicOptions


@dataclass(frozen=True)
class Stock:
    """Tiles and a grid; see `engine.place.stock`."""

    tiles: int
    cols: int
    rows: int
    grouped: bool = False

    @property
    def cells(self) -> int:
        """Number of cells."""
        return self.cols * self.rows

    def named(self, tiles: int) -> str:
        """So many in words."""
        one, many = ("family of tiles", "families of tiles") if self.grouped else ("tile", "tiles")
        return f"{tiles:,} {one if tiles == 1 else many}"

    def missing(self, distance: int, most: int) -> int:
        """How many tiles more it takes to give each place of a pattern of (distance + 1) squared its own."""
        side = distance + 1
        across = [len(range(place, self.cols, side)) for place in range(min(side, self.cols))]
        down = [len(range(place, self.rows, side)) for place in range(min(side, self.rows))]
        return sum(-(-a * d // most) for a in across for d in down) - self.tiles

    def covers(self, distance: int, most: int) -> bool:
        """Whether so many uses of each tile, so far apart, surely cover the grid."""
        if distance == 0:
            return self.tiles * most >= self.cells
        return self.missing(distance, most) <= 0


def check_possible(
    options: MosaicOptions, tiles: int, grid: GridSize, *, grouped: bool = False
) -> None:
    """Raise BadInput, naming the field, where so many tiles cannot cover the grid as it was wished.

    grouped : they are families, which may be several tiles each.
    """
    stock = Stock(tiles, grid.cols, grid.rows, grouped)
    _check_uses(options, stock)
    _check_distance(options, stock)
    if options.use_all:
        _check_use_all(options, stock)


def _check_uses(options: MosaicOptions, stock: Stock) -> None:
    most = options.max_uses
    if most is None or stock.covers(0, most):
        return
    uses = "1 use" if most == 1 else f"{most:,} uses"
    fewer = range(min(stock.cols - 1, CELLS_ACROSS_MAX), CELLS_ACROSS_MIN - 1, -1)
    raise BadInput(
        f"{stock.named(stock.tiles)} at {uses} cannot cover {stock.cells:,} cells: "
        f"allow {_enough_uses(options, stock):,} uses{_or_use(options, stock, fewer)}.",
        field="max_uses",
    )


def _enough_uses(options: MosaicOptions, stock: Stock) -> int:
    """The least that the uses may be, with the distance if it can be held at all."""
    distance = options.min_distance if stock.covers(options.min_distance, stock.cells) else 0
    uses = range(-(-stock.cells // stock.tiles), stock.cells + 1)
    return uses[bisect_left(uses, True, key=lambda most: stock.covers(distance, most))]  # noqa: FBT003


def _check_distance(options: MosaicOptions, stock: Stock) -> None:
    """In a square of distance + 1 cells all are too near one another."""
    distance, most = options.min_distance, options.max_uses or stock.cells
    square = min(distance + 1, stock.cols) * min(distance + 1, stock.rows)
    if square <= stock.tiles:
        return
    fits = next(d for d in range(distance - 1, -1, -1) if d == 0 or stock.covers(d, most))
    raise BadInput(
        f"To show no tile twice within {distance} cells takes {stock.named(square)}, not {stock.tiles:,}: "
        f"choose a distance of {fits} or add {stock.named(stock.missing(distance, most))}.",
        field="min_distance",
    )


def _check_use_all(options: MosaicOptions, stock: Stock) -> None:
    over = stock.tiles - stock.cells
    if over <= 0:
        return
    more = range(stock.cols + 1, CELLS_ACROSS_MAX + 1)
    raise BadInput(
        f"{stock.named(stock.tiles)} cannot all show in {stock.cells:,} cells: "
        f"take {stock.named(over)} out of the set{_or_use(options, stock, more)}.",
        field="use_all",
    )


def _or_use(options: MosaicOptions, stock: Stock, counts: Iterable[int]) -> str:
    """The first of these numbers of cells across with which all wishes can be held, as a clause."""
    for across in counts:
        # The photo is less than one cell wider and higher than the grid.
        few = across * (across * stock.rows // (stock.cols + 1))
        many = Stock(stock.tiles, across, max(1, across * (stock.rows + 1) // stock.cols))
        if few < (stock.tiles if options.use_all else 1) or many.cells > CELLS_MAX:
            continue
        if many.covers(options.min_distance, options.max_uses or many.cells):
            return f" or use {across} cells across"
    return ""
