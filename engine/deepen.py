"""More candidates where the first are used up.

Where many cells are alike, a clear sky or a black suit, all of them have the same candidates, and with a penalty these are
soon spent: a tile farther down the list, were it there, would cost less than what a cell has to take. Such cells get three
times as many candidates; the others, most of them, stay quick to place.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.index import Index
from engine.match import Matcher
from engine.place import Table, place
from engine.types import Candidates, Progress, Thumbs

FURTHER = "Looking further where tiles run out"
# A penalty that uses more up than most people's does, and always the same: how a slider got where it is leaves no trace.
_PENALTY = 0.15
_TIMES = 3


def deepened(
    matcher: Matcher,
    cells: Thumbs,
    index: Index,
    candidates: Candidates,
    progress: Progress,
    *,
    cols: int,
) -> Table:
    """The candidates of all cells, of those where the first are used up three times as many.

    cells : (cells, 5, 5, 3) uint8. candidates : as the matcher found them, (cells, k).
    """
    table, (_, k) = Table.of(candidates), candidates.tiles.shape
    which = (
        used_up(candidates, tiles=len(index), cols=cols)
        if k < len(index)
        else np.empty(0, np.int64)
    )
    if len(which) == 0:
        return table
    mirrors = candidates.mirrored is not None

    def further(_: str, share: float) -> None:
        progress(FURTHER, share)

    more = matcher.find(cells, index, _TIMES * k, further, mirrors=mirrors, which=which)
    first = np.ones(len(cells), np.bool_)
    first[which] = False
    return table.only(np.repeat(first, table.counts)).with_more(which, more)


def used_up(candidates: Candidates, *, tiles: int, cols: int) -> NDArray[np.int64]:
    """The cells whose tile, at what another use of it costs, is worth less than the least candidate unused: (n,) int64."""
    alone = replace(candidates, errors=None)
    placed = place(alone, penalty=_PENALTY, tiles=tiles, cols=cols, method="greedy")
    uses = np.bincount(placed.tiles, minlength=tiles)
    values = placed.scores - (uses[placed.tiles] - 1) * _PENALTY
    return np.flatnonzero(values < candidates.scores.min(axis=1))
