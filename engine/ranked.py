"""What else might show in a cell: its candidates by their score."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np

from engine.build import Match
from engine.types import Plan


@dataclass(frozen=True, slots=True)
class Choice:
    """A tile for a cell: how well it fits before any penalty, whether left to right, and how often it shows in the plan."""

    tile: int
    score: float
    mirrored: bool
    uses: int


def ranked(
    match: Match, plan: Plan, cell: int, *, bans: AbstractSet[int], most: int
) -> tuple[int, list[Choice]]:
    """The tile that shows in a cell, and up to `most` choices, the best first, that one among them.

    Each tile is there once, on its better side; banned ones are left out.
    """
    table = match.candidates
    edges = slice(table.start[cell], table.start[cell + 1])
    tiles, scores = table.tiles[edges], table.scores[edges]
    mirrored = np.zeros(len(tiles), np.bool_) if table.mirrored is None else table.mirrored[edges]
    uses = np.bincount(plan.assignment, minlength=len(match.index))
    shown = int(plan.assignment[cell])
    side = plan.mirrored is not None and bool(plan.mirrored[cell])
    found = {shown: Choice(shown, float(plan.scores[cell]), side, int(uses[shown]))}
    for edge in np.argsort(-scores, kind="stable"):
        tile = int(tiles[edge])
        if len(found) == most:
            break
        if tile not in found and tile not in bans:
            choice = Choice(tile, float(scores[edge]), bool(mirrored[edge]), int(uses[tile]))
            found[tile] = choice
    return shown, sorted(found.values(), key=lambda choice: -choice.score)
