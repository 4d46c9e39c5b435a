"""Placement by auction: near the optimum in milliseconds.

Cells bid for tiles [1]_. A tile has a price for one more use; a cell without a tile takes the one with the most of
`score - price` and pays so much that its second choice would be as good, and a little more (epsilon). A tile used n times
sells one more use at n * penalty; but while one of its users pays less than that, the newcomer replaces it, and that
cell bids again. In the end no cell could win more than epsilon by a change at these prices, and so the sum is at most
cells * epsilon short of the optimum.

.. [1] Bertsekas, Castanon (1989): The auction algorithm for the transportation problem. Annals of Operations Research 20.
   :DOI:`10.1007/BF02216923`
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.kernel import kernel
from engine.place.rules import FULL, Edges, Rules, State
from engine.place.shortlist import Shortlists, best_two, make_list, no_shortlists
from engine.types import Scores


class Books(NamedTuple):
    """The auction's books.

    prices, reserve : (families,) what one more use costs, and the least that any use costs.
    first, after, bids : who pays what: the cell that pays the least for each family, (families,); the next one after each
        cell, (cells,), both as cell + 1 with 0 for none; and the payment of each cell, (cells,).
    outside : (cells,) the value at which a cell rather stays empty.
    queue : (cells,) cells without a tile, the next to bid last.
    lists : the edges that each cell looks at.
    """

    prices: Scores
    reserve: Scores
    first: NDArray[np.int32]
    after: NDArray[np.int32]
    bids: Scores
    outside: Scores
    queue: NDArray[np.int32]
    lists: Shortlists


def open_books(edges: Edges, reserve: Scores, outside: Scores) -> Books:
    """Before the first bid: every cell waits."""
    cells = len(outside)
    return Books(
        prices=reserve.copy(),
        reserve=reserve,
        first=np.zeros(len(reserve), np.int32),
        after=np.zeros(cells, np.int32),
        bids=np.zeros(cells, np.float32),
        outside=outside,
        queue=np.arange(cells - 1, -1, -1, dtype=np.int32),
        lists=no_shortlists(edges),
    )


@kernel
def bid(  # noqa: PLR0917 - compiled functions take no keywords alone
    edges: Edges, rules: Rules, state: State, books: Books, epsilon: float, waiting: int, most: int
) -> int:
    """Let the `waiting` cells at the start of the queue bid, `most` bids at most. Returns how many wait then."""
    # Arrays are taken out of their tuples once: each time counts references, which the inner loops cannot afford.
    lists, prices, reserve, first, after = (
        books.lists,
        books.prices,
        books.reserve,
        books.first,
        books.after,
    )
    bids, outside, queue = books.bids, books.outside, books.queue
    counts, limits, families, scores, places = (
        lists.counts,
        lists.limits,
        lists.families,
        lists.scores,
        lists.places,
    )
    chosen, held, uses = state.chosen, state.held, state.uses
    for _ in range(most):
        if waiting == 0:
            break
        waiting -= 1
        cell = queue[waiting]
        at, best, second = best_two(families, scores, counts[cell], prices, cell)
        if second < limits[cell]:
            make_list(edges, prices, lists, cell)
            at, best, second = best_two(families, scores, counts[cell], prices, cell)
        if best <= outside[cell]:
            continue
        family = families[cell, at]
        user = first[family] - 1
        if user >= 0 and bids[user] < _level(rules, reserve, family, uses[family]):
            first[family] = after[user]
            chosen[user] = held[user] = -1
            uses[family] -= 1
            queue[waiting] = user
            waiting += 1
        uses[family] += 1
        chosen[cell] = edges.start[cell] + places[cell, at]
        held[cell] = family
        rise = best - max(second, limits[cell], outside[cell])
        bids[cell] = prices[family] + np.float32(rise + epsilon)
        _enter(first, after, bids, family, cell)
        level = _level(rules, reserve, family, uses[family])
        prices[family] = min(level, bids[first[family] - 1])
    return waiting


@kernel(inline="always")
def _level(rules: Rules, reserve: Scores, family: int, uses: int) -> Any:
    """What one more use costs where no user has to go for it."""
    if uses >= rules.cap:
        return np.float32(FULL)
    if uses == 0:
        return reserve[family]
    return max(np.float32(uses * rules.penalty), reserve[family])


@kernel(inline="always")
def _enter(
    first: NDArray[np.int32], after: NDArray[np.int32], bids: Scores, family: int, cell: int
) -> None:
    """Into the family's list of users, which rises with what they pay."""
    before, user = -1, first[family] - 1
    while user >= 0 and bids[user] < bids[cell]:
        before, user = user, after[user] - 1
    after[cell] = user + 1
    if before < 0:
        first[family] = cell + 1
    else:
        after[before] = cell + 1
