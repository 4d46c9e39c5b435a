import io

import numpy as np
import pytest
from PIL import Image

from engine.fingerprint import phash
from engine.tile import cut, pack, unpack


def test_a_tile_is_a_jpeg_with_its_thumb_and_hash(astronaut):
    square = Image.fromarray(astronaut).resize((128, 128))
    jpeg, thumb, bits = cut(square)
    with Image.open(io.BytesIO(jpeg)) as picture:
        assert picture.size == (128, 128)
        assert np.abs(np.asarray(picture).astype(int) - np.asarray(square)).mean() < 5
    small = square.resize((5, 5), Image.Resampling.BOX)
    assert thumb == small.tobytes()
    assert bits == phash(square)


def test_what_was_packed_is_unpacked(astronaut):
    tile = cut(Image.fromarray(astronaut[:64, :64]))
    assert unpack(bytearray(pack(tile))) == tile
    assert unpack(pack(tile._replace(phash=2**64 - 1))).phash == 2**64 - 1


@pytest.mark.parametrize("px", [5, 60, 100, 125])
def test_a_thumb_is_the_means_of_its_areas(astronaut, px):
    square = astronaut[:px, :px]
    thumb = np.frombuffer(cut(Image.fromarray(square)).thumb, np.uint8).reshape(5, 5, 3)
    fine = np.repeat(np.repeat(square.astype(float), 5, axis=0), 5, axis=1)
    means = fine.reshape(5, px, 5, px, 3).mean(axis=(1, 3))
    assert np.abs(thumb - means).max() <= 0.5
