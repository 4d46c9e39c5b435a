import numpy as np
import pytest

from engine.deepen import deepened, used_up
from engine.index import Index
from engine.match import PERCEPTUAL
from engine.types import Candidates, silent


def test_cells_are_used_up_where_the_next_candidate_would_cost_less():
    """Four cells want tiles 0 and 1 alone: two take them, for the others a tile of 0.75 would have been better."""
    tiles = np.tile(np.array([[0, 1]], np.int32), (4, 1))
    scores = np.tile(np.array([[0.9, 0.85]], np.float32), (4, 1))
    assert used_up(Candidates(tiles, scores), tiles=9, cols=2).tolist() == [0, 1, 2, 3]
    apart = np.arange(8, dtype=np.int32).reshape(4, 2)
    assert used_up(Candidates(apart, scores), tiles=9, cols=2).tolist() == []


@pytest.mark.parametrize("mirrors", [False, True])
def test_alike_cells_get_three_times_as_many(real_thumbs, mirrors):
    index = Index.build(real_thumbs)
    alike = np.repeat(real_thumbs[7:8], 900, axis=0)
    cells = np.concatenate([alike, real_thumbs[600:610]])
    candidates = PERCEPTUAL.find(cells, index, 20, silent, mirrors=mirrors)
    table = deepened(PERCEPTUAL, cells, index, candidates, silent, cols=10)
    assert (table.counts[:900] == 60).all()
    assert (table.counts[900:] == 20).any()
    for cell in (0, 500, 905):
        own = slice(table.start[cell], table.start[cell + 1])
        assert set(candidates.tiles[cell]) <= set(table.tiles[own])
        assert table.scores[own].max() == pytest.approx(candidates.scores[cell].max(), abs=1e-5)
        assert (
            len(set(zip(table.tiles[own], own_mirrors(table, own), strict=True)))
            == table.counts[cell]
        )


def own_mirrors(table, own):
    return np.zeros(own.stop - own.start, bool) if table.mirrored is None else table.mirrored[own]


def test_a_small_set_has_nothing_farther(real_thumbs):
    index, cells = Index.build(real_thumbs[:15]), np.repeat(real_thumbs[7:8], 40, axis=0)
    candidates = PERCEPTUAL.find(cells, index, 20, silent)
    table = deepened(PERCEPTUAL, cells, index, candidates, silent, cols=10)
    assert (table.counts == 15).all()
