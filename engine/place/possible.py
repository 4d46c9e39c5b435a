"""Which wishes no placement can hold, said with numbers and a way out."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from engine.errors import BadSetting
from engine.limits import ACROSS_MAX, ACROSS_MIN
from engine.wishes import Wishes


@dataclass(frozen=True, slots=True)
class Stock:
    """What there is to place with: families that have a tile to show, and the grid."""

    families: int
    grouped: bool
    cols: int
    rows: int

    @property
    def cells(self) -> int:
        """Number of cells."""
        return self.cols * self.rows

    def __str__(self) -> str:
        one, many = ("family of tiles", "families of tiles") if self.grouped else ("tile", "tiles")
        return f"{self.families:,} {one if self.families == 1 else many}"

    def across_at_most(self, cells: int) -> str:
        """A way out: the most cells across that make no more than so many cells, as a clause."""
        # The grid may show one row more than this one did in proportion: the advice has to hold all the same.
        for across in range(min(self.cols, ACROSS_MAX), ACROSS_MIN - 1, -1):
            if across * max(1, across * (self.rows + 1) // self.cols) <= cells:
                return f" or use {across} cells across"
        return ""

    def across_at_least(self, cells: int) -> str:
        """A way out: the fewest cells across that make so many cells, as a clause."""
        for across in range(self.cols, ACROSS_MAX + 1):
            if across * (across * self.rows // self.cols) >= cells:
                return f" or use {across} cells across"
        return ""


def check(
    wishes: Wishes, tiles: int, families: NDArray[np.int32] | None, cols: int, rows: int
) -> None:
    """Raise BadSetting where these wishes cannot be held.

    families : (tiles,) the family of each tile, numbered from 0; None where each tile is its own.
    """
    _check_numbers(wishes, tiles, cols * rows)
    banned = np.fromiter(wishes.bans, np.int64, len(wishes.bans))
    left = tiles - len(banned)
    if families is not None:
        left = len(np.unique(np.delete(families, banned)))
    stock = Stock(left, families is not None, cols, rows)
    if stock.families == 0:
        raise BadSetting(f"All {tiles:,} tiles are banned: allow at least one of them.")
    _check_uses(wishes, stock)
    _check_distance(wishes, stock)
    pinned = _pins_by_family(wishes, families)
    for cells in pinned.values():
        _check_pins(wishes, cells, cols)
    if wishes.use_all:
        _check_use_all(stock, len(wishes.pins), len(pinned))


def _check_numbers(wishes: Wishes, tiles: int, cells: int) -> None:
    if wishes.families is not None and len(wishes.families) != tiles:
        raise BadSetting(
            f"The families name {len(wishes.families):,} tiles, and this set has {tiles:,}: give each tile one family."
        )
    for tile in (*wishes.bans, *wishes.pins.values()):
        if not 0 <= tile < tiles:
            raise BadSetting(
                f"There is no tile {tile:,} to ban or to pin: this set has tiles 0 to {tiles - 1:,}."
            )
    for cell, tile in wishes.pins.items():
        if not 0 <= cell < cells:
            raise BadSetting(
                f"There is no cell {cell:,} to pin a tile to: this grid has cells 0 to {cells - 1:,}."
            )
        if tile in wishes.bans:
            raise BadSetting(
                f"Tile {tile:,} is banned and pinned to cell {cell:,}: lift the ban or remove the pin."
            )


def _check_uses(wishes: Wishes, stock: Stock) -> None:
    most = wishes.max_uses
    if most is None or stock.families * most >= stock.cells:
        return
    enough = -(-stock.cells // stock.families)
    uses = "1 use" if most == 1 else f"{most:,} uses"
    raise BadSetting(
        f"{stock} at {uses} cannot cover {stock.cells:,} cells: allow {enough:,} uses"
        f"{stock.across_at_most(stock.families * most)}."
    )


def _check_distance(wishes: Wishes, stock: Stock) -> None:
    """In a square of distance + 1 cells all are too near one another; and a pattern of such squares covers any grid."""

    def square(distance: int) -> int:
        return min(distance + 1, stock.cols) * min(distance + 1, stock.rows)

    distance = wishes.min_distance
    if square(distance) <= stock.families:
        return
    fits = next(d for d in range(distance, -1, -1) if square(d) <= stock.families)
    raise BadSetting(
        f"To show no tile twice within {distance} cells takes {square(distance)} tiles, and there are {stock}: "
        f"choose a distance of {fits} or add tiles."
    )


def _pins_by_family(wishes: Wishes, families: NDArray[np.int32] | None) -> dict[int, list[int]]:
    cells = defaultdict(list)
    for cell, tile in sorted(wishes.pins.items()):
        cells[tile if families is None else int(families[tile])].append(cell)
    return cells


def _check_pins(wishes: Wishes, cells: list[int], cols: int) -> None:
    tile, count = wishes.pins[cells[0]], len(cells)
    if wishes.max_uses is not None and count > wishes.max_uses:
        raise BadSetting(
            f"Tile {tile:,} or its family is pinned to {count:,} cells, and the most uses of a tile are {wishes.max_uses:,}: "
            f"allow {count:,} uses or remove {count - wishes.max_uses:,} of these pins."
        )
    if not wishes.min_distance:
        return
    for one, other in combinations(cells, 2):
        apart = max(abs(one // cols - other // cols), abs(one % cols - other % cols))
        if apart <= wishes.min_distance:
            raise BadSetting(
                f"Tile {tile:,} or its family is pinned to cells {one:,} and {other:,}, {apart} apart, and no tile shall show "
                f"twice within {wishes.min_distance} cells: choose a distance of {apart - 1} or remove one of the two pins."
            )


def _check_use_all(stock: Stock, pins: int, pinned: int) -> None:
    wanted, free = stock.families - pinned, stock.cells - pins
    if wanted <= free:
        return
    beside = f" beside {pins:,} pins" if pins else ""
    raise BadSetting(
        f"{stock} cannot all show in {stock.cells:,} cells{beside}: take {wanted - free:,} tiles out of the set"
        f"{stock.across_at_least(stock.families - pinned + pins)}."
    )
