"""Placement without loss: the assignment of the greatest sum, by one shortest path after another.

Each cell is added by the cheapest chain of changes: it takes a tile, a user of that tile takes another, and so on, until a
tile has one use more or, where the rules are tight, a cell stays empty. At prices that are kept from chain to chain every
cell has what is best for it, so no step of a chain gains and Dijkstra's search finds the cheapest [1]_. At the end the
prices prove the optimum.

.. [1] Jonker, Volgenant (1987): A shortest augmenting path algorithm for dense and sparse linear assignment problems.
   Computing 38. :DOI:`10.1007/BF02278710`
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.kernel import kernel
from engine.place.heap import Heap, drop_top, rise
from engine.place.rules import Edges, Rules, State, lift, put


class Chains(NamedTuple):
    """What the searches keep.

    prices : (families,) what one more use costs.
    discount : how much less the first use of a family that must show costs.
    outside : (cells,) the value of staying empty.
    first, after, before : users of each family as a list: (families,), (cells,) and (cells,); cell + 1, or 0 for none.
    heap : distances of this search, and the families that are still to settle.
    edges, cells : (families,) the last edge of the best chain to each family, and the cell that it comes from.
    reached : (families,) which have a distance, as a list.
    """

    prices: NDArray[np.float64]
    discount: float
    outside: NDArray[np.float64]
    first: NDArray[np.int32]
    after: NDArray[np.int32]
    before: NDArray[np.int32]
    heap: Heap
    edges: NDArray[np.int64]
    cells: NDArray[np.int32]
    reached: NDArray[np.int32]


class End(NamedTuple):
    """The cheapest end of a chain so far: one more use of a family, or a cell that stays empty; -1 for not that."""

    cost: float
    family: Any
    cell: Any


def open_chains(
    rules: Rules, families: int, outside: NDArray[np.float64], discount: float
) -> Chains:
    """Nothing placed: each tile costs what its first use costs."""
    cells, prices = len(outside), np.zeros(families)
    if len(rules.needed):
        prices[rules.needed] = -discount
    return Chains(
        prices=prices,
        discount=discount,
        outside=outside,
        first=np.zeros(families, np.int32),
        after=np.zeros(cells, np.int32),
        before=np.zeros(cells, np.int32),
        heap=Heap.empty(families),
        edges=np.empty(families, np.int64),
        cells=np.empty(families, np.int32),
        reached=np.empty(families, np.int32),
    )


@kernel
def add_cells(  # noqa: PLR0917 - compiled functions take no keywords alone
    edges: Edges, rules: Rules, state: State, chains: Chains, start: int, stop: int
) -> None:
    """Add the cells from start to stop, each with the least loss for all that were added before."""
    for cell in range(start, stop):
        end, reached = _cheapest(edges, rules, state, chains, cell)
        for i in range(reached):
            family = chains.reached[i]
            chains.prices[family] += max(0.0, end.cost - chains.heap.distances[family])
            chains.heap.distances[family] = np.inf
        _change(edges, state, chains, cell, end)


@kernel
def _cheapest(
    edges: Edges, rules: Rules, state: State, chains: Chains, cell: int
) -> tuple[End, int]:
    """The cheapest chain from an empty cell: its end, and how many families were reached on the way."""
    prices, first, after, outside = chains.prices, chains.first, chains.after, chains.outside
    heap, chosen, scores = chains.heap, state.chosen, edges.scores
    value = _best_value(edges, prices, cell)
    end = End(value - outside[cell], -1, cell)
    end, reached, size = _look(edges, rules, state, chains, cell, 0.0, value, end, 0, 0)
    while size > 0 and heap.distances[heap.families[0]] < end.cost:
        family = heap.families[0]
        distance = heap.distances[family]
        size = drop_top(heap, size)
        user = first[family] - 1
        while user >= 0:
            value = scores[chosen[user]] - prices[family]
            if distance + value - outside[user] < end.cost:
                end = End(distance + value - outside[user], -1, user)
            end, reached, size = _look(
                edges, rules, state, chains, user, distance, value, end, reached, size
            )
            user = after[user] - 1
    return end, reached


@kernel
def _best_value(edges: Edges, prices: NDArray[np.float64], cell: int) -> float:
    value = -np.inf
    for edge in range(edges.start[cell], edges.start[cell + 1]):
        value = max(value, edges.scores[edge] - prices[edges.families[edge]])
    return value


@kernel
def _look(  # noqa: PLR0917 - compiled functions take no keywords alone
    edges: Edges,
    rules: Rules,
    state: State,
    chains: Chains,
    cell: int,
    distance: float,
    value: float,
    end: End,
    reached: int,
    size: int,
) -> tuple[End, int, int]:
    """Where a chain can go on from a cell that is `distance` along it and has `value` now."""
    start, stop = edges.start[cell], edges.start[cell + 1]
    families, scores = edges.families, edges.scores
    prices, heap, distances = chains.prices, chains.heap, chains.heap.distances
    for edge in range(start, stop):
        family = families[edge]
        # A loss is never below 0, which rounding could make it: what is settled has to stay settled.
        farther = distance + max(0.0, value - (scores[edge] - prices[family]))
        if farther >= end.cost or farther >= distances[family]:
            continue
        place = heap.places[family]
        if distances[family] == np.inf:
            chains.reached[reached] = family
            reached, place, size = reached + 1, size, size + 1
        distances[family] = farther
        chains.edges[family], chains.cells[family] = edge, cell
        rise(heap, place, family)
        if state.uses[family] < rules.cap:
            cost = farther + _next_use(rules, chains, family, state.uses[family])
            if cost < end.cost:
                end = End(cost, np.int64(family), -1)
    return end, reached, size


@kernel(inline="always")
def _next_use(rules: Rules, chains: Chains, family: int, uses: int) -> Any:
    """What one more use costs beyond its price."""
    level = uses * rules.penalty - chains.prices[family]
    if uses == 0 and len(rules.needed) > 0 and rules.needed[family]:
        level -= chains.discount
    return max(0.0, level)


@kernel
def _change(edges: Edges, state: State, chains: Chains, cell: int, end: End) -> None:
    """Walk a chain back from its end, and let each cell take the tile that the chain gives it."""
    family = end.family
    if end.cell >= 0:
        if end.cell == cell:
            return
        family = np.int64(state.held[end.cell])
        _leave(state, chains, end.cell)
    while True:
        edge, user = chains.edges[family], chains.cells[family]
        before = np.int64(state.held[user])
        if before >= 0:
            _leave(state, chains, user)
        put(edges, state, user, edge)
        _join(chains, user, family)
        if user == cell:
            return
        family = before


@kernel(inline="always")
def _join(chains: Chains, cell: int, family: int) -> None:
    other = chains.first[family]
    chains.first[family] = cell + 1
    chains.before[cell], chains.after[cell] = 0, other
    if other:
        chains.before[other - 1] = cell + 1


@kernel(inline="always")
def _leave(state: State, chains: Chains, cell: int) -> None:
    before, after = chains.before[cell], chains.after[cell]
    if before:
        chains.after[before - 1] = after
    else:
        chains.first[state.held[cell]] = after
    if after:
        chains.before[after - 1] = before
    lift(state, cell)
