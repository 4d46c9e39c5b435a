"""Whatever the tiles and wherever they are split: an index extended or saved answers as one that was built at once."""

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.index import Index
from engine.match import MATCHERS
from engine.types import silent


@st.composite
def sets(draw):
    """Seed, number of tiles, where to split them; few colours, so that ties are common."""
    return draw(st.integers(0, 2**32)), draw(st.integers(2, 400)), draw(st.floats(0, 1))


def thumbs_of(seed, count):
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, rng.integers(2, 256), (count, 5, 5, 3))
    return (coarse * int(rng.integers(1, 4))).clip(0, 255).astype(np.uint8)


def answers(index, cells, name):
    found = MATCHERS[name].find(cells, index, 9, silent, mirrors=True)
    return found.tiles, found.scores, found.mirrored


@pytest.mark.parametrize("name", ["classic", "exhaustive"])
@given(sets())
@settings(deadline=None, max_examples=12)
def test_extended_is_as_built_at_once(name, made):
    seed, count, share = made
    thumbs, cut = thumbs_of(seed, count), max(1, int(share * count))
    both = Index.build(thumbs[:cut]).extended(thumbs[cut:])
    cells = thumbs_of(seed + 1, 6)
    for ours, theirs in zip(
        answers(both, cells, name), answers(Index.build(thumbs), cells, name), strict=True
    ):
        assert (ours == theirs).all()


@given(sets())
@settings(deadline=None, max_examples=12)
def test_extended_finds_every_tile_once(made):
    seed, count, share = made
    thumbs, cut = thumbs_of(seed, count), max(1, int(share * count))
    tree = Index.build(thumbs[:cut]).blocks_tree.extended(thumbs[cut:])
    found = tree.nearest(tree.basis.points(thumbs[:3]), len(tree.order), visits=1, stage="")
    assert (np.sort(tree.order) == np.arange(len(tree.order))).all()
    assert (np.sort(found, axis=1) == np.arange(len(tree.order))).all()
    assert len(tree.order) == cut + len(thumbs[cut:])


@pytest.mark.parametrize("name", MATCHERS)
@given(sets())
@settings(deadline=None, max_examples=12)
def test_saved_and_loaded_is_the_same(name, made):
    seed, count, _ = made
    index, cells = Index.build(thumbs_of(seed, count)), thumbs_of(seed + 1, 6)
    with tempfile.TemporaryDirectory() as folder:
        index.save(Path(folder))
        loaded = Index.load(Path(folder))
        for ours, theirs in zip(
            answers(loaded, cells, name), answers(index, cells, name), strict=True
        ):
            assert (ours == theirs).all()
