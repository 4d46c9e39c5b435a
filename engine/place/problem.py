"""One placement to do: the edges, the rules, and where to ask for more candidates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.place.possible import check
from engine.place.rules import Rules, State
from engine.place.stock import Stock
from engine.place.table import Table
from engine.types import Candidates
from engine.wishes import Wishes

More = Callable[[NDArray[np.int64], int, NDArray[np.bool_]], Candidates]
"""`more(cells, k, allowed)`: for each of these cells k good ones of the allowed tiles, or all where fewer are allowed.

cells : (n,) int64, ascending. allowed : (tiles,) bool, at least one of them.
Returns candidates (n, any) with scores on the same scale as the first ones. Each tile may be there mirrored as well.
"""


# Tiles that pins ask for in one question: each of them is looked at for each of their cells.
_TOGETHER = 256


def nothing_more(
    cells: NDArray[np.int64],  # noqa: ARG001  # the shape of `More`
    k: int,  # noqa: ARG001
    allowed: NDArray[np.bool_],  # noqa: ARG001
) -> Candidates:
    """For placements that never need other tiles than the candidates."""
    message = "These wishes need more tiles than the candidates: give `more` to place()."
    raise LookupError(message)


@dataclass
class Problem:
    """What is to be placed. The table grows where a cell needs more candidates.

    pinned : (cells,) bool. A pinned cell has edges to its tile alone.
    allowed : (tiles,) bool, which tiles are not banned.
    families : how many there are, banned ones included.
    stock : what there is to place with.
    """

    table: Table
    rules: Rules
    pinned: NDArray[np.bool_]
    allowed: NDArray[np.bool_]
    families: int
    stock: Stock
    more: More

    @classmethod
    def of(
        cls,
        candidates: Candidates | Table,
        wishes: Wishes,
        *,
        penalty: float,
        tiles: int,
        cols: int,
        more: More,
    ) -> Problem:
        """Raises BadSetting where the wishes cannot be held."""
        table = candidates if isinstance(candidates, Table) else Table.of(candidates)
        cells = len(table.counts)
        family_of = None
        if wishes.families is not None and len(wishes.families) == tiles:
            family_of = _numbered(wishes.families)
        stock = check(wishes, tiles, family_of, cols, cells // cols)
        families = tiles if family_of is None else int(family_of.max()) + 1
        allowed, pinned = np.ones(tiles, np.bool_), np.zeros(cells, np.bool_)
        allowed[list(wishes.bans)] = False
        pinned[list(wishes.pins)] = True
        needed = np.zeros(families if wishes.use_all else 0, np.bool_)
        if wishes.use_all:
            needed[np.flatnonzero(allowed) if family_of is None else family_of[allowed]] = True
        cap = cells if wishes.max_uses is None else min(wishes.max_uses, cells)
        rules = Rules(float(penalty), cap, wishes.min_distance, cols, needed)
        table = replace(table, family_of=family_of)
        problem = cls(table, rules, pinned, allowed, families, stock, more)
        problem._hold(wishes)
        return problem

    @property
    def capped(self) -> bool:
        """Whether tiles may be used up."""
        return self.rules.cap < len(self.pinned)

    def allowed_of(self, families: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """(tiles,) bool, the tiles of these families, (families,) bool, that are not banned."""
        family_of = self.table.family_of
        return self.allowed & (families if family_of is None else families[family_of])

    def ask(
        self, state: State, cells: NDArray[np.int64], k: int, allowed: NDArray[np.bool_]
    ) -> None:
        """Give these cells the k best of the allowed tiles as further candidates; what is placed stays."""
        before = self.table.start
        self.table = self.table.with_more(cells, self.more(cells, k, allowed))
        covered = np.flatnonzero(state.chosen >= 0)
        state.chosen[covered] += (self.table.start - before)[covered]

    def ask_for_pins(self, state: State, pins: NDArray[np.int32]) -> None:
        """Give cells their pinned tiles as candidates. pins : (cells,), -1 for none; what is placed stays."""
        tiles = np.unique(pins[pins >= 0])
        for first in range(0, len(tiles), _TOGETHER):
            some = np.zeros(len(self.allowed), np.bool_)
            some[tiles[first : first + _TOGETHER]] = True
            cells = np.flatnonzero((pins >= 0) & some[pins])
            self.ask(state, cells, _TOGETHER, some)

    def _hold(self, wishes: Wishes) -> None:
        """Bans and pins: leave only the edges that they leave."""
        if not wishes.bans and not wishes.pins:
            return
        pins = np.full(len(self.pinned), -1, np.int32)
        pins[list(wishes.pins)] = list(wishes.pins.values())
        owners = np.repeat(self.pinned, self.table.counts)
        self.table = self.table.only(~owners & self.allowed[self.table.tiles])
        self.ask_for_pins(State.empty(0, 0), pins)
        if wishes.pins:
            wanted = np.repeat(pins, self.table.counts)
            self.table = self.table.only((wanted < 0) | (wanted == self.table.tiles))


def _numbered(families: NDArray[np.int32]) -> NDArray[np.int32]:
    """The same families under numbers from 0 on. Small ones stay: to sort those of 190,000 tiles takes 30 ms."""
    if len(families) and families.min() >= 0 and families.max() < len(families):
        return families.astype(np.int32, copy=False)
    return np.unique(families, return_inverse=True)[1].astype(np.int32)
