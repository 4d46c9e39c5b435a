"""What a tile is recognised by."""

from itertools import pairwise

import numpy as np
import pytest
from PIL import Image, ImageEnhance
from skimage import data

from engine.fingerprint import digest, phash


def apart(one, other):
    return (phash(one) ^ phash(other)).bit_count()


@pytest.fixture(scope="module")
def photo():
    return Image.fromarray(data.chelsea()).crop((0, 0, 300, 300)).resize((128, 128))


def test_a_digest_has_sixteen_bytes_and_knows_every_bit():
    assert len(digest(b"")) == 16
    assert len({digest(bytes([byte])) for byte in range(256)}) == 256
    assert digest(b"tile") == digest(bytearray(b"tile"))


def test_a_bit_says_which_of_two_fields_is_lighter():
    fields = np.zeros((8, 9), np.uint8)
    fields[0, 0], fields[7] = 200, np.arange(9)
    expected = [int(a > b) for row in fields for a, b in pairwise(row)]
    assert phash(Image.fromarray(fields)) == int("".join(map(str, expected)), 2) == 1 << 63


@pytest.mark.parametrize(
    "change",
    [
        lambda p: p.resize((64, 64), Image.Resampling.LANCZOS),
        lambda p: p.resize((300, 300), Image.Resampling.BICUBIC),
        lambda p: ImageEnhance.Brightness(p).enhance(1.1),
        lambda p: p.convert("L").convert("RGB"),
    ],
    ids=["smaller", "larger", "lighter", "grey"],
)
def test_the_same_picture_made_differently_is_alike(photo, change):
    assert apart(photo, change(photo)) <= 5


def test_a_picture_saved_again_is_alike(photo, encoded, tmp_path):
    (tmp_path / "again.jpg").write_bytes(encoded(photo, quality=40))
    with Image.open(tmp_path / "again.jpg") as again:
        assert apart(photo, again) <= 4


def test_other_pictures_are_not(photo):
    others = (data.astronaut(), data.coffee(), data.rocket(), data.chelsea()[:, ::-1])
    assert min(apart(photo, Image.fromarray(other)) for other in others) > 15
