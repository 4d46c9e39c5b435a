"""What there is to place with, and whether that is surely enough."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray


def places(cells: NDArray[np.int64], cols: int, distance: int) -> NDArray[np.int64]:
    """The place of each cell in a pattern of (distance + 1) x (distance + 1) cells.

    Cells at the same place are all more than the distance apart.
    """
    side = distance + 1
    out: NDArray[np.int64] = cells // cols % side * side + cells % cols % side
    return out


@dataclass(frozen=True, slots=True)
class Stock:
    """Families that have a tile to show, and the grid.

    families, pinned : how many there are, and how many of them are pinned to some cell.
    free : (n,) int64, the cells that no tile is pinned to.
    grouped : whether a family may be several tiles.
    """

    families: int
    pinned: int
    free: NDArray[np.int64]
    cols: int
    rows: int
    grouped: bool

    @property
    def cells(self) -> int:
        """Number of cells."""
        return self.cols * self.rows

    def __str__(self) -> str:
        return self.named(self.families)

    def named(self, families: int) -> str:
        """So many families in words."""
        one, many = ("family of tiles", "families of tiles") if self.grouped else ("tile", "tiles")
        return f"{families:,} {one if families == 1 else many}"

    def missing(self, distance: int, most: int) -> int:
        """How many families more it takes to give each place of the pattern its own, none of them pinned; 0 or less is enough."""
        sizes = np.bincount(places(self.free, self.cols, distance))
        return int((-(-sizes // most)).sum()) - (self.families - self.pinned)

    def covers(self, distance: int, most: int) -> bool:
        """Whether so many uses of each, so far apart, surely cover the grid.

        Without a distance that is exact. With one, cells may be covered all the same, by luck or beside pins.
        """
        if distance == 0:
            return self.families * most >= self.cells
        return self.missing(distance, most) <= 0

    def farthest(self, distance: int, most: int) -> int:
        """The greatest distance up to this one that surely can be held."""
        return next(d for d in range(distance, -1, -1) if d == 0 or self.covers(d, most))

    def way_out(self, distance: int, most: int) -> str:
        """What to do where this distance cannot be held, as a clause."""
        return (
            f"choose a distance of {self.farthest(distance - 1, most)} or add "
            f"{self.named(self.missing(distance, most))}"
        )

    def across(self, cols: int) -> tuple[Stock, Stock]:
        """The same tiles on a grid of so many cells across, with the fewest and the most rows it may get."""
        # The photo is less than one cell wider and higher than the grid.
        few, many = cols * self.rows // (self.cols + 1), max(1, cols * (self.rows + 1) // self.cols)
        return self._on(cols, few), self._on(cols, many)

    def _on(self, cols: int, rows: int) -> Stock:
        return replace(self, cols=cols, rows=rows, free=np.arange(cols * rows))
