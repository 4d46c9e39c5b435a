"""Which wishes no placement can hold, said with numbers and a way out that works."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from engine.errors import BadSetting
from engine.limits import ACROSS_MAX, ACROSS_MIN, CELLS_MAX
from engine.place.stock import Stock
from engine.wishes import Wishes


def check(
    wishes: Wishes, tiles: int, families: NDArray[np.int32] | None, cols: int, rows: int
) -> Stock:
    """What there is to place with. Raises BadSetting where these wishes cannot be held.

    families : (tiles,) the family of each tile, numbered from 0; None where each tile is its own.
    """
    _check_numbers(wishes, tiles, cols * rows)
    banned = np.fromiter(wishes.bans, np.int64, len(wishes.bans))
    left = tiles - len(banned)
    if families is not None:
        left = int(np.count_nonzero(np.bincount(np.delete(families, banned))))
    if left == 0:
        raise BadSetting(f"All {tiles:,} tiles are banned: allow at least one of them.")
    pinned = _pins_by_family(wishes, families)
    free = np.ones(cols * rows, np.bool_)
    free[list(wishes.pins)] = False
    stock = Stock(left, len(pinned), np.flatnonzero(free), cols, rows, families is not None)
    _check_uses(wishes, stock, pinned)
    _check_distance(wishes, stock, pinned)
    if wishes.use_all:
        _check_use_all(wishes, stock)
    return stock


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


def _pins_by_family(wishes: Wishes, families: NDArray[np.int32] | None) -> list[list[int]]:
    cells = defaultdict(list)
    for cell, tile in sorted(wishes.pins.items()):
        cells[tile if families is None else int(families[tile])].append(cell)
    return list(cells.values())


def _check_uses(wishes: Wishes, stock: Stock, pinned: list[list[int]]) -> None:
    most = wishes.max_uses
    if most is None:
        return
    oftenest = max(pinned, key=len, default=[])
    enough = _enough_uses(wishes, stock, len(oftenest))
    if len(oftenest) > most:
        raise BadSetting(
            f"Tile {wishes.pins[oftenest[0]]:,} or its family is pinned to {len(oftenest):,} cells, and the most uses of a "
            f"tile are {most:,}: allow {enough:,} uses or remove {len(oftenest) - most:,} of these pins."
        )
    if not stock.covers(0, most):
        uses = "1 use" if most == 1 else f"{most:,} uses"
        smaller = _across(wishes, stock, range(min(stock.cols - 1, ACROSS_MAX), ACROSS_MIN - 1, -1))
        raise BadSetting(
            f"{stock} at {uses} cannot cover {stock.cells:,} cells: allow {enough:,} uses{smaller}."
        )


def _enough_uses(wishes: Wishes, stock: Stock, pins: int) -> int:
    """The least that `max_uses` may be, with the distance if it can be held at all."""
    distance = wishes.min_distance if stock.covers(wishes.min_distance, stock.cells) else 0
    fewest = max(pins, -(-stock.cells // stock.families))
    uses = range(fewest, stock.cells + 1)
    return uses[bisect_left(uses, True, key=lambda most: stock.covers(distance, most))]  # noqa: FBT003


def _check_distance(wishes: Wishes, stock: Stock, pinned: list[list[int]]) -> None:
    distance, most = wishes.min_distance, wishes.max_uses or stock.cells
    apart, one, other = min(
        (_nearest(cells, stock.cols) for cells in pinned), default=(np.inf, 0, 0)
    )
    if apart <= distance:
        raise BadSetting(
            f"Tile {wishes.pins[one]:,} or its family is pinned to cells {one:,} and {other:,}, {apart:.0f} apart, and no tile "
            f"shall show twice within {distance} cells: choose a distance of {stock.farthest(int(apart) - 1, most)} or remove "
            "one of the two pins."
        )
    # In a square of distance + 1 cells all are too near one another.
    square = min(distance + 1, stock.cols) * min(distance + 1, stock.rows)
    if square > stock.families:
        raise BadSetting(
            f"To show no tile twice within {distance} cells takes {stock.named(square)}, not {stock.families:,}: "
            f"{stock.way_out(distance, most)}."
        )


def _nearest(cells: list[int], cols: int) -> tuple[float, int, int]:
    """How far the two nearest of some cells are apart, and which they are."""
    points = np.stack(np.divmod(cells, cols), axis=1)
    found = cKDTree(points).query(points, k=[2], p=np.inf)
    apart, others = np.ravel(found[0]), np.ravel(found[1])
    one = int(apart.argmin())
    return float(apart[one]), cells[one], cells[others[one]] if len(cells) > 1 else cells[one]


def _check_use_all(wishes: Wishes, stock: Stock) -> None:
    pins, over = len(wishes.pins), stock.families - stock.pinned - len(stock.free)
    if over <= 0:
        return
    beside = f" beside {pins:,} {'pin' if pins == 1 else 'pins'}" if pins else ""
    larger = _across(wishes, stock, range(stock.cols + 1, ACROSS_MAX + 1))
    raise BadSetting(
        f"{stock} cannot all show in {stock.cells:,} cells{beside}: take {stock.named(over)} out of the set{larger}."
    )


def _across(wishes: Wishes, stock: Stock, counts: Iterable[int]) -> str:
    """A way out: the first of these numbers of cells across with which all wishes can be held, as a clause."""
    if wishes.pins:  # in another grid they would be elsewhere
        return ""
    for across in counts:
        few, many = stock.across(across)
        if few.cells < (stock.families if wishes.use_all else 1) or many.cells > CELLS_MAX:
            continue
        if many.covers(wishes.min_distance, wishes.max_uses or many.cells):
            return f" or use {across} cells across"
    return ""
