import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.blocks_tree import BlocksTree


def thumbs_of(count, seed=0):
    """Thumbs in clusters, some of them equal."""
    rng = np.random.default_rng(seed)
    centers = rng.integers(0, 256, (max(1, count // 10), 5, 5, 3))
    noise = rng.integers(-3, 4, (count, 5, 5, 3))
    return np.clip(centers[rng.integers(0, len(centers), count)] + noise, 0, 255).astype(np.uint8)


def slow_distances(tree, thumbs, queries):
    points = tree.basis.points(thumbs)
    return ((queries[:, np.newaxis].astype(float) - points) ** 2).sum(axis=2)


@given(count=st.integers(1, 700), k=st.integers(1, 300), seed=st.integers(0, 9))
@settings(max_examples=25, deadline=None)
def test_all_blocks_visited_is_every_tile_compared(count, k, seed):
    thumbs, k = thumbs_of(count, seed), min(k, count)
    tree = BlocksTree.build(thumbs)
    queries = tree.basis.points(thumbs_of(5, seed + 100))
    found = tree.nearest(queries, k, visits=len(tree.points), stage="")
    slow = slow_distances(tree, thumbs, queries)
    assert all(len(set(row)) == k for row in found.tolist())
    ours = np.sort(np.take_along_axis(slow, found, axis=1), axis=1)
    assert np.allclose(ours, np.sort(slow, axis=1)[:, :k], rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("visits", [3, 20])
def test_the_nearest_blocks_are_visited_however_many_groups_are_left_out(visits):
    thumbs = thumbs_of(128 * 150)
    tree = BlocksTree.build(thumbs)
    queries = tree.basis.points(thumbs_of(20, 7))
    found = tree.nearest(queries, 100, visits=visits, stage="")
    outside = np.maximum(tree.boxes[0] - queries[:, :, np.newaxis], 0)
    outside += np.maximum(queries[:, :, np.newaxis] - tree.boxes[1], 0)
    slow = slow_distances(tree, thumbs, queries)
    for cell, boxes in enumerate((outside.astype(float) ** 2).sum(axis=1)):
        blocks = np.argsort(boxes, kind="stable")[:visits]
        tiles = tree.order.reshape(-1, 128)[blocks].ravel()
        best = np.sort(slow[cell, tiles])[:100]
        assert np.allclose(np.sort(slow[cell, found[cell]]), best, rtol=1e-3, atol=1e-4)


def test_every_tile_has_one_place_and_lies_in_its_block_s_box():
    thumbs = thumbs_of(1000)
    tree = BlocksTree.build(thumbs)
    assert (np.sort(tree.order) == np.arange(1000)).all()
    points = tree.basis.points(thumbs)[tree.order]
    assert (tree.points.transpose(0, 2, 1).reshape(-1, 16)[:1000] == points).all()
    for place, point in enumerate(points):
        assert (tree.boxes[0, :, place // 128] <= point).all()
        assert (point <= tree.boxes[1, :, place // 128]).all()


def test_an_extended_tree_holds_old_and_new_under_the_old_basis():
    thumbs = thumbs_of(900)
    old = BlocksTree.build(thumbs[:600])
    both = old.extended(thumbs[600:])
    assert both.basis is old.basis
    queries = old.basis.points(thumbs[::50])
    found = both.nearest(queries, 30, visits=len(both.points), stage="")
    slow = slow_distances(old, thumbs, queries)
    ours = np.sort(np.take_along_axis(slow, found, axis=1), axis=1)
    assert np.allclose(ours, np.sort(slow, axis=1)[:, :30], rtol=1e-3, atol=1e-4)
