import numpy as np

from engine.mirrors import best_of_both
from engine.types import Candidates, ColorErrors


def found(tiles, scores, weight=1.0):
    tiles = np.array([tiles], np.int32)
    steps = np.repeat(tiles[np.newaxis], 3, axis=0).astype(np.float32)
    errors = ColorErrors(steps, np.array([weight], np.float32))
    return Candidates(tiles, np.array([scores], np.float32), errors=errors)


def test_the_best_of_both_come_best_first_and_plain_before_mirrored():
    both = best_of_both(found([4, 7], [0.9, 0.3]), found([7, 4], [0.9, 0.5]), 3)
    assert both.tiles.tolist() == [[4, 7, 4]]
    assert both.mirrored.tolist() == [[False, True, True]]
    assert np.allclose(both.scores, [[0.9, 0.9, 0.5]])
    assert both.errors.steps[0, 0].tolist() == [4, 7, 4]
    assert both.errors.weights.tolist() == [1.0]


def test_a_list_without_colour_errors_has_none_together():
    plain = Candidates(np.array([[1]], np.int32), np.array([[0.5]], np.float32))
    both = best_of_both(plain, plain, 5)
    assert both.tiles.tolist() == [[1, 1]]
    assert both.errors is None
