import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine import nearest as module
from engine.nearest import nearest, squared_differences


def plain_loop(cells, thumbs, k):
    """The original: every tile compared with every cell; `sorted` is stable, so the lowest number wins a tie."""
    chosen = []
    for cell in cells.astype(int):
        sums = [int(((cell - thumb) ** 2).sum()) for thumb in thumbs.astype(int)]
        chosen.append(sorted(range(len(sums)), key=sums.__getitem__)[:k])
    return np.array(chosen)


@pytest.mark.parametrize("k", [1, 7])
def test_identical_to_the_plain_loop_on_photographs(real_thumbs, k):
    cells = real_thumbs[::50] // 2 + 20
    assert (nearest(cells, real_thumbs, k) == plain_loop(cells, real_thumbs, k)).all()


@pytest.mark.parametrize("k", [1, 5, 60])
def test_identical_with_ties(k):
    """Values of 0 and 1 alone: nearly every distance is shared by many tiles."""
    rng = np.random.default_rng(k)
    thumbs = rng.integers(0, 2, (60, 5, 5, 3), dtype=np.uint8)
    cells = rng.integers(0, 2, (30, 5, 5, 3), dtype=np.uint8)
    assert (nearest(cells, thumbs, k) == plain_loop(cells, thumbs, k)).all()


@given(
    arrays(np.uint8, (9, 5, 5, 3), elements=st.sampled_from([0, 1, 128, 255])), st.integers(1, 8)
)
@settings(deadline=None)
def test_identical_at_the_extremes(thumbs, k):
    """Sums of 75 squares of 255 are the largest there are; neighbours of them differ by one."""
    assert (nearest(thumbs[:1], thumbs[1:], k) == plain_loop(thumbs[:1], thumbs[1:], k)).all()


def test_blocks_and_chunks_change_nothing(real_thumbs, monkeypatch):
    cells = real_thumbs[1:400:7]
    whole, told = nearest(cells, real_thumbs, 9), []
    monkeypatch.setattr(module, "_CELLS", 10)
    monkeypatch.setattr(module, "_CHUNK", 333)
    parts = nearest(cells, real_thumbs, 9, progress=lambda *said: told.append(said))
    assert (whole == parts).all()
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


@pytest.mark.parametrize("k", [1, 40])
def test_no_tile_that_a_bound_leaves_out_is_nearer(real_thumbs, k):
    """Noise that the main directions know nothing of, and thumbs that hardly differ."""
    rng = np.random.default_rng(k)
    noise = rng.integers(0, 256, (300, 5, 5, 3), dtype=np.uint8)
    grain = rng.integers(-1, 2, (300, 5, 5, 3))
    alike = (real_thumbs[0].astype(int) + grain).clip(0, 255).astype(np.uint8)
    thumbs = np.concatenate([noise, alike, real_thumbs[:200]])
    cells = np.concatenate([noise[:9] // 2, alike[:9], 255 - real_thumbs[300:309]])
    assert (nearest(cells, thumbs, k) == plain_loop(cells, thumbs, k)).all()


def test_squared_differences_are_exact(real_thumbs):
    rng = np.random.default_rng(0)
    cells = 255 - real_thumbs[:20]
    tiles = rng.integers(0, len(real_thumbs), (20, 6)).astype(np.int32)
    wide = cells[:, np.newaxis].astype(int) - real_thumbs[tiles]
    assert (squared_differences(cells, real_thumbs, tiles) == (wide**2).sum(axis=(2, 3, 4))).all()
