"""What a placement is worth, and what none can exceed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.kernel import kernel
from engine.place.problem import Problem
from engine.place.rules import Edges, State


def objective(problem: Problem, state: State) -> float:
    """All scores less all penalties: sum(score) - penalty * sum(n * (n - 1) / 2) over families used n times."""
    scores = problem.table.scores[state.chosen].sum(dtype=np.float64)
    others = (state.uses[state.held] - 1).sum(dtype=np.float64)  # each of n uses has n - 1 others
    return float(scores - problem.rules.penalty * others / 2)


def bound(problem: Problem, prices: NDArray[np.float64]) -> float:
    """No placement over these candidates is worth more, at whatever prices.

    If every cell paid a price for its tile, it would have its best value at most; and the sellers, who carry the penalty,
    would gain at most what the best number of uses gives them. What is paid on one side comes in on the other. Wishes can
    only take away from that; the distance is left out of account.
    """
    return float(_values(problem.table.edges, prices)) + _gains(problem, prices)


def _gains(problem: Problem, prices: NDArray[np.float64]) -> float:
    """For each family the most, over numbers of uses n, of price * n - penalty * n * (n - 1) / 2."""
    rules = problem.rules
    seen = prices != 0 if len(rules.needed) == 0 else (prices != 0) | rules.needed
    price = prices[seen]
    fewest = rules.needed[seen].astype(np.float64) if len(rules.needed) else 0.0
    with np.errstate(divide="ignore"):
        uses = (
            np.where(price > 0, np.floor(price / rules.penalty) + 1, 0)
            if rules.penalty
            else np.where(price > 0, rules.cap, 0)
        )
    uses = np.clip(uses, fewest, rules.cap)
    return float((price * uses - rules.penalty * uses * (uses - 1) / 2).sum())


@kernel
def _values(edges: Edges, prices: NDArray[np.float64]) -> float:
    total = 0.0
    families, scores = edges.families, edges.scores
    for cell in range(len(edges.start) - 1):
        best = -np.inf
        for edge in range(edges.start[cell], edges.start[cell + 1]):
            best = max(best, scores[edge] - prices[families[edge]])
        total += best
    return total
