from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.place import place
from engine.types import Candidates


def greedy(candidates, penalty, tiles):
    cells = len(candidates.tiles)
    placed = place(candidates, penalty=penalty, tiles=tiles, cols=cells, method="greedy")
    return placed.tiles, placed.scores


def plain_loop(tiles, scores, penalty):
    """The KD-tree script: raster order, one table of uses for the whole picture."""
    uses, chosen = Counter(), []
    for row, values in zip(tiles.tolist(), scores.tolist(), strict=True):
        best = max(
            range(len(row)), key=lambda place: (values[place] - uses[row[place]] * penalty, -place)
        )
        uses[row[best]] += 1
        chosen.append(row[best])
    return np.array(chosen)


@st.composite
def tables(draw):
    """Few tiles and few different scores, so that uses pile up and ties are common."""
    cells, k = draw(st.integers(1, 25)), draw(st.integers(1, 6))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    tiles = np.stack([rng.permutation(8)[:k] for _ in range(cells)]).astype(np.int32)
    scores = rng.choice(draw(st.sampled_from([[0.5, 0.25], np.linspace(-1, 1, 41)])), (cells, k))
    return Candidates(tiles, scores.astype(np.float32))


penalties = st.sampled_from([0.0, 0.02, 0.05, 0.25, 0.5])


@given(tables(), penalties)
@settings(deadline=None)
def test_identical_to_the_plain_loop(candidates, penalty):
    chosen, _ = greedy(candidates, penalty, 8)
    assert (chosen == plain_loop(candidates.tiles, candidates.scores, penalty)).all()


@given(tables(), penalties)
@settings(deadline=None)
def test_scores_are_those_of_the_chosen_tiles(candidates, penalty):
    chosen, scores = greedy(candidates, penalty, 8)
    assert chosen.dtype == np.int32
    assert scores.dtype == np.float32
    for cell, tile in enumerate(chosen):
        place = candidates.tiles[cell].tolist().index(tile)
        assert scores[cell] == candidates.scores[cell, place]


@given(tables())
@settings(deadline=None)
def test_without_a_penalty_each_cell_has_its_best(candidates):
    _, scores = greedy(candidates, 0.0, 8)
    assert (scores == candidates.scores.max(axis=1)).all()


def test_one_table_serves_the_whole_picture():
    """Three cells want tile 0; each use costs 0.1, and the alternatives are 0.15 worse."""
    tiles = np.array([[0, 1], [0, 2], [0, 3], [0, 4]], np.int32)
    scores = np.array([[0.9, 0.75]] * 4, np.float32)
    chosen, _ = greedy(Candidates(tiles, scores), 0.1, 5)
    assert chosen.tolist() == [0, 0, 3, 4]


def test_the_first_of_equals_wins():
    tiles = np.array([[5, 2, 7]], np.int32)
    chosen, _ = greedy(Candidates(tiles, np.full((1, 3), 0.5, np.float32)), 0.05, 8)
    assert chosen.tolist() == [5]
