"""Greedy placement: cell after cell, each takes what is best at that moment."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.kernel import kernel
from engine.place.rules import Edges, Rules, State, fits, put


@kernel
def place_in_order(edges: Edges, rules: Rules, state: State, order: NDArray[np.int64]) -> None:
    """Cover the empty cells among `order`, one after the other, with the most of `score - uses * penalty`.

    In the order of rows this is the KD-tree script. Among equals the first edge wins. A cell stays empty where the rules
    allow none of its edges.
    """
    for cell in order:
        if state.chosen[cell] >= 0:
            continue
        best, most = -1, -np.inf
        for edge in range(edges.start[cell], edges.start[cell + 1]):
            family = edges.families[edge]
            value = edges.scores[edge] - state.uses[family] * rules.penalty
            if value > most and fits(rules, state, cell, family):
                best, most = edge, value
        if best >= 0:
            put(edges, state, cell, best)
