"""The three ways to place as far as the candidates go: a cell stays empty where the wishes leave it none of its own."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from engine.errors import BadSetting
from engine.place.auction import bid, open_books
from engine.place.greedy import place_in_order
from engine.place.improve import sweep
from engine.place.paths import add_cells, open_chains
from engine.place.problem import Problem
from engine.place.rules import State
from engine.types import Progress, Scores

Prices = NDArray[np.float64]
"""(families,) what one more use is worth: with these `bound` proves how good a placement is."""
Method = Callable[[Problem, Progress], tuple[State, Prices | None]]

STAGE = "Placing tiles"
# Steps of a tenth of the penalty, and of 0.005 where tiles run out: then the sum is within 0.3% of the optimum, and finer
# steps take longer for next to nothing.
_STEP, _STEP_MIN, _STEP_MAX, _STEP_TIGHT = 0.1, 1e-4, 0.01, 0.005
# The first use of a tile that must show is sold this much below its price: more than scores differ along a likely chain.
_DISCOUNT = 8.0
# Bids, or cells, between two reports: a tenth of a second or so.
_BIDS, _CELLS = 100_000, 256


def greedy(problem: Problem, progress: Progress) -> tuple[State, Prices | None]:
    """Row by row, as the KD-tree script; pins first."""
    state = State.empty(len(problem.pinned), problem.families)
    edges, rules = problem.table.edges, problem.rules
    place_in_order(edges, rules, state, np.flatnonzero(problem.pinned))
    place_in_order(edges, rules, state, np.arange(len(problem.pinned)))
    progress(STAGE, 1.0)
    return state, None


def improved(problem: Problem, progress: Progress) -> tuple[State, Prices | None]:
    """By auction. Leaves the distance out of account."""
    edges, rules = problem.table.edges, problem.rules._replace(reach=0)
    cells = waiting = least = len(problem.pinned)
    state = State.empty(cells, problem.families)
    books = open_books(edges, _reserve(problem), _outside(problem).astype(np.float32))
    while waiting:
        waiting = bid(edges, rules, state, books, _step(problem), waiting, _BIDS)
        least = min(least, waiting)
        progress(STAGE, 1 - least / cells)
    return state, books.prices.astype(np.float64)


def optimal(problem: Problem, progress: Progress) -> tuple[State, Prices | None]:
    """By shortest paths. Leaves the distance out of account."""
    edges, rules = problem.table.edges, problem.rules._replace(reach=0)
    cells = len(problem.pinned)
    state = State.empty(cells, problem.families)
    # More than a chain through every cell can lose.
    discount = 1 + cells * (rules.penalty + (np.ptp(edges.scores) if len(edges.scores) else 0.0))
    chains = open_chains(rules, problem.families, _outside(problem), float(discount))
    for start in range(0, cells, _CELLS):
        stop = min(start + _CELLS, cells)
        add_cells(edges, rules, state, chains, start, stop)
        progress(STAGE, stop / cells)
    return state, chains.prices


METHODS: dict[str, Method] = {"greedy": greedy, "improved": improved, "optimal": optimal}


def method_named(name: str) -> Method:
    """The way to place of that name. Raises BadSetting."""
    if name not in METHODS:
        raise BadSetting(
            f"There is no placement called {name!r}. Choose one of: {', '.join(METHODS)}."
        )
    return METHODS[name]


def _step(problem: Problem) -> float:
    step = min(max(problem.rules.penalty * _STEP, _STEP_MIN), _STEP_MAX)
    return max(step, _STEP_TIGHT) if problem.capped or len(problem.rules.needed) else step


def _reserve(problem: Problem) -> Scores:
    """(families,) prices to begin the auction with, as a rule below those that it would reach anyhow.

    Where a greedy placement uses a tile n times, n - 2 uses are worth their price to somebody and need not be bid for: where
    tiles are few, that is nearly all of the work.
    """
    rules = problem.rules
    reserve = np.zeros(problem.families, np.float32)
    if len(rules.needed):
        reserve[rules.needed] = -_DISCOUNT
    state = State.empty(len(problem.pinned), problem.families)
    cells = np.arange(len(state.held))
    place_in_order(problem.table.edges, rules._replace(reach=0), state, cells)
    sweep(problem.table.edges, rules._replace(reach=0), state, cells)
    often = np.unique(state.held[state.held >= 0])
    often = often[state.uses[often] > 2]
    reserve[often] = (state.uses[often] - 2) * rules.penalty
    return reserve


def _outside(problem: Problem) -> Prices:
    """(cells,) the value of staying empty: less than any candidate is worth at a price that comes from uses alone."""
    rules, table = problem.rules, problem.table
    outside = np.full(len(problem.pinned), -np.inf)
    some = table.counts > 0
    if problem.capped and some.any():
        worst = np.minimum.reduceat(table.scores, table.start[:-1][some])
        outside[some] = worst - (rules.penalty * rules.cap + 1)
        outside[problem.pinned] = -np.inf
    outside[~some] = 0.0
    return outside
