"""What else fits a cell: the candidates by score, each tile once, without banned ones, the one that shows among them."""

import numpy as np
import pytest

from engine import build
from engine.index import Index
from engine.ranked import ranked
from engine.types import Settings
from engine.wishes import Wishes


@pytest.fixture(scope="module")
def match():
    rng = np.random.default_rng(3)
    index = Index.build(rng.integers(0, 255, (60, 5, 5, 3), np.uint8))
    photo = rng.integers(0, 255, (60, 80, 3), np.uint8)
    return build.find(photo, index, Settings(k=20), cells_across=8)


def slow_scores(match, cell):
    """The best score of each candidate, whichever side it shows."""
    table, best = match.candidates, {}
    for edge in range(table.start[cell], table.start[cell + 1]):
        tile = int(table.tiles[edge])
        best[tile] = max(best.get(tile, -9.0), float(table.scores[edge]))
    return best


@pytest.mark.parametrize("cell", [0, 17, 47])
def test_candidates_by_score(match, cell):
    plan = match.plan(Settings())
    shown, choices = ranked(match, plan, cell, bans=frozenset(), most=100)
    assert shown == plan.assignment[cell]
    told = {choice.tile: choice.score for choice in choices}
    assert len(told) == len(choices)
    expected = slow_scores(match, cell) | {shown: float(plan.scores[cell])}
    assert told == expected
    scores = [choice.score for choice in choices]
    assert scores == sorted(scores, reverse=True)
    for choice in choices:
        assert choice.uses == np.count_nonzero(plan.assignment == choice.tile)


def test_few_of_them_without_bans_and_always_the_one_that_shows(match):
    every = slow_scores(match, 5)
    worst, best = min(every, key=every.get), max(every, key=every.get)
    wishes = Wishes(bans=frozenset([best]), pins={5: worst}, calm=True)
    plan = match.plan(Settings(), wishes=wishes)
    shown, choices = ranked(match, plan, 5, bans=wishes.bans, most=4)
    tiles = [choice.tile for choice in choices]
    assert shown == worst
    assert len(tiles) == 4
    assert worst in tiles
    assert best not in tiles
