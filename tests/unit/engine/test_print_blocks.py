import cv2
import numpy as np
import pytest

from engine import print_blocks
from engine.print_blocks import UNDER_PX, bands


@pytest.fixture(scope="module")
def picture():
    """150 x 110 px, smooth."""
    rng = np.random.default_rng(3)
    return cv2.resize(rng.integers(0, 256, (7, 9, 3), dtype=np.uint8), (150, 110))


@pytest.mark.parametrize("step", [1, 7, 64, 110])
def test_blocks_cover_the_picture_and_go_on_under_their_neighbours(picture, monkeypatch, step):
    monkeypatch.setattr(print_blocks, "BLOCK_PX", 64)
    strips = [picture[top : top + step] for top in range(0, 110, step)]
    blocks = [block for band in bands(strips, 150) for block in band]
    assert [(block.left, block.top) for block in blocks] == [
        (left, top) for top in (0, 64) for left in (0, 64, 128)
    ]
    for block in blocks:
        shown = cv2.imdecode(np.frombuffer(block.jpeg, np.uint8), cv2.IMREAD_COLOR_RGB)
        wanted = picture[block.top :, block.left :][: 64 + UNDER_PX, : 64 + UNDER_PX]
        assert (block.height, block.width, 3) == shown.shape == wanted.shape
        assert np.abs(shown.astype(int) - wanted).max() < 12


def test_the_last_band_takes_what_would_be_too_little_for_one_of_its_own(picture, monkeypatch):
    monkeypatch.setattr(print_blocks, "BLOCK_PX", 104)
    assert [len(band) for band in bands([picture], 150)] == [2]
