"""The edges of each cell that are worth a look, so that most looks are at a few edges and not at all of them.

Prices only rise: until the best of the listed edges fall below the most that the others were worth when the list was made,
no other edge needs a look.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.kernel import kernel
from engine.place.rules import Edges
from engine.types import Scores

# A list goes down to 0.1 below the best, which is as far as prices rise in a while, and no list has more than 32 edges.
_LISTED, _WIDTH = 32, np.float32(0.1)
# Too few would be used up at once.
_FEW = 6
# Edges nearer to one another than this are alike.
_ALIKE = np.float32(1e-6)
_NOTHING = np.float32(-np.inf)


class Shortlists(NamedTuple):
    """The lists of all cells.

    places, families, scores : (cells, 32) the listed edges: their places among those of the cell, families, scores.
    counts : (cells,) how many are listed.
    limits : (cells,) the most that any other edge of the cell was worth.
    widths : (cells,) how far the list went below the best.
    values : room for the values of all edges of one cell.
    """

    places: NDArray[np.int32]
    families: NDArray[np.uint32]
    scores: Scores
    counts: NDArray[np.int32]
    limits: Scores
    widths: Scores
    values: Scores


def no_shortlists(edges: Edges) -> Shortlists:
    """Nothing listed yet."""
    cells = len(edges.start) - 1
    return Shortlists(
        places=np.empty((cells, _LISTED), np.int32),
        families=np.empty((cells, _LISTED), np.uint32),
        scores=np.empty((cells, _LISTED), np.float32),
        counts=np.zeros(cells, np.int32),
        limits=np.full(cells, np.inf, np.float32),
        widths=np.full(cells, _WIDTH),
        values=np.empty(int(np.diff(edges.start).max(initial=0)), np.float32),
    )


@kernel(inline="always")
def best_two(
    families: NDArray[np.uint32], scores: Scores, count: int, prices: Scores, cell: int
) -> tuple[int, np.float32, np.float32]:
    """Of the listed edges of a cell the best one, its value, and the most that one to another family is worth."""
    best, second, at, family = _NOTHING, _NOTHING, 0, np.uint32(0)
    for i in range(count):
        other = families[cell, i]
        value = scores[cell, i] - prices[other]
        if value <= second:
            continue
        if value > best:
            if other != family:
                second = best
            best, at, family = value, i, other
        elif other != family:
            second = value
    return at, best, second


@kernel
def make_list(edges: Edges, prices: Scores, lists: Shortlists, cell: int) -> None:
    """List the edges that are worth a look at these prices."""
    start, stop = edges.start[cell], edges.start[cell + 1]
    families, scores = edges.families[start:stop], edges.scores[start:stop]
    places, many = lists.places[cell], stop - start
    best = _values(families, scores, prices, lists.values)
    width, shrunk = lists.widths[cell], False
    while True:
        limit = best - width
        listed = _above(lists.values[:many], limit, places)
        if listed > _LISTED and width > _ALIKE:
            width, shrunk = width / np.float32(2), True
        elif listed < min(_FEW, many) and not shrunk:
            width *= np.float32(2)
        else:
            break
    lists.widths[cell], lists.limits[cell] = width, limit
    if listed > _LISTED:  # so many are alike that one as good as the best may not be listed
        listed, lists.limits[cell] = _LISTED, best
    elif listed == many:
        lists.limits[cell] = _NOTHING
    lists.counts[cell] = listed
    for i in range(listed):
        lists.families[cell, i] = families[places[i]]
        lists.scores[cell, i] = scores[places[i]]


@kernel(fastmath={"nnan", "nsz", "reassoc"})
def _values(
    families: NDArray[np.uint32], scores: Scores, prices: Scores, values: Scores
) -> np.float32:
    """Fill `values` and return the most of them: a loop of its own, so that it becomes vector instructions."""
    best = _NOTHING
    for place in range(len(families)):
        value = scores[place] - prices[families[place]]
        values[place] = value
        best = max(best, value)
    return best


@kernel
def _above(values: Scores, limit: np.float32, places: NDArray[np.int32]) -> int:
    """Where values are above the limit, as far as there is room. Returns how many there are."""
    found = 0
    for place in range(len(values)):
        if found < _LISTED:
            places[found] = place
        found += values[place] > limit
    return found
