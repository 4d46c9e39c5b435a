import io

import numpy as np
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
