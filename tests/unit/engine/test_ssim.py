import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from skimage.metrics import structural_similarity

from engine import ssim as module
from engine.ssim import ssim


def reference(cells, thumbs, tiles):
    return np.array(
        [
            [
                structural_similarity(
                    cell, thumbs[tile], channel_axis=2, data_range=255, win_size=3
                )
                for tile in row
            ]
            for cell, row in zip(cells, tiles, strict=True)
        ]
    )


@pytest.mark.parametrize("top", [256, 8, 2])
def test_equal_to_scikit_image_on_noise(top):
    """Of the full range, nearly black, and of the smallest step there is."""
    rng = np.random.default_rng(top)
    cells = rng.integers(0, top, (20, 5, 5, 3), dtype=np.uint8)
    thumbs = rng.integers(0, top, (50, 5, 5, 3), dtype=np.uint8)
    tiles = rng.integers(0, 50, (20, 30)).astype(np.int32)
    assert np.abs(ssim(cells, thumbs, tiles) - reference(cells, thumbs, tiles)).max() < 1e-6


def test_equal_to_scikit_image_on_photographs(real_thumbs):
    rng = np.random.default_rng(0)
    cells = real_thumbs[rng.integers(0, len(real_thumbs), 30)]
    tiles = rng.integers(0, len(real_thumbs), (30, 40)).astype(np.int32)
    difference = ssim(cells, real_thumbs, tiles) - reference(cells, real_thumbs, tiles)
    assert np.abs(difference).max() < 1e-6


@given(arrays(np.uint8, (2, 5, 5, 3), elements=st.sampled_from([0, 1, 127, 254, 255])))
@settings(deadline=None)
def test_equal_to_scikit_image_at_the_extremes(pair):
    tiles = np.array([[1, 0]], np.int32)
    assert np.abs(ssim(pair[:1], pair, tiles) - reference(pair[:1], pair, tiles)).max() < 1e-6


def test_a_thumb_is_like_itself_alone(real_thumbs):
    tiles = np.arange(len(real_thumbs), dtype=np.int32)[:, np.newaxis]
    assert (ssim(real_thumbs, real_thumbs, tiles) == 1).all()


def test_blocks_change_nothing_and_are_reported(real_thumbs, monkeypatch):
    cells, told = real_thumbs[:40], []
    tiles = np.tile(np.arange(100, dtype=np.int32), (40, 1))
    whole = ssim(cells, real_thumbs, tiles)
    monkeypatch.setattr(module, "_PAIRS", 700)
    parts = ssim(cells, real_thumbs, tiles, progress=lambda *said: told.append(said))
    assert (whole == parts).all()
    assert told[0] == ("Comparing tiles", pytest.approx(1 / 6))
    assert told[-1] == ("Comparing tiles", 1.0)
