"""Which tiles show the same, against a search of all pairs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.duplicates import BITS_MAX, alike, same
from engine.errors import BadSetting


def slow_alike(hashes, thumbs, bits, steps):
    """By definition: each tile beside every one that was kept before it."""
    kept, first = [], []
    for i, code in enumerate(hashes):
        near = (
            k
            for k in kept
            if (int(hashes[k]) ^ int(code)).bit_count() <= bits
            and (
                thumbs is None
                or np.abs(thumbs[k].astype(int) - thumbs[i]).sum() <= int(steps * thumbs[i].size)
            )
        )
        first.append(next(near, i))
        if first[-1] == i:
            kept.append(i)
    return first


def crowd(rng, count, centres, flips):
    """Hashes around a few centres, each with up to `flips` other bits."""
    middles = rng.integers(0, 2**64, centres, dtype=np.uint64)
    hashes = middles[rng.integers(0, centres, count)]
    for _ in range(flips):
        hashes ^= (rng.integers(0, 2, count) << rng.integers(0, 64, count)).astype(np.uint64)
    return hashes


@pytest.mark.parametrize("bits", range(BITS_MAX + 1))
@pytest.mark.parametrize("colours", [False, True])
def test_as_a_search_of_all_pairs(bits, colours):
    rng = np.random.default_rng(bits)
    hashes = crowd(rng, 400, 25, 9)
    thumbs = rng.integers(0, 60, (400, 5, 5, 3)).astype(np.uint8) if colours else None
    found = alike(hashes, thumbs, bits=bits, color_steps=19.9)
    assert found.dtype == np.int32
    assert found.tolist() == slow_alike(hashes, thumbs, bits, 19.9)


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 15), max_size=40),
    st.integers(0, BITS_MAX),
)
def test_any_hashes(hashes, bits):
    codes = np.array(hashes, np.uint64)
    assert alike(codes, bits=bits).tolist() == slow_alike(codes, None, bits, 0)


def test_the_same_likeness_in_other_colours_is_kept():
    hashes = np.zeros(4, np.uint64)
    thumbs = np.zeros((4, 5, 5, 3), np.uint8)
    thumbs[1, ..., 0], thumbs[2], thumbs[3, ..., 0] = 200, 9, 190
    assert alike(hashes, thumbs).tolist() == [0, 1, 0, 1]
    assert alike(hashes).tolist() == [0, 0, 0, 0]


def test_likeness_does_not_creep():
    """Each is near to the one before it; the third is not near to the first, and the second was not kept."""
    hashes = np.array([0b0, 0b111, 0b111111], np.uint64)
    assert alike(hashes, bits=3).tolist() == [0, 0, 2]


def test_old_tiles_come_before_new_ones():
    hashes = np.array([7, 2**40 - 1, 6], np.uint64)
    assert alike(hashes).tolist() == [0, 1, 0]


def test_no_tiles():
    assert alike(np.empty(0, np.uint64), np.empty((0, 5, 5, 3), np.uint8)).tolist() == []
    assert same(np.empty(0, "V16")).tolist() == []


@pytest.mark.parametrize("bits", [-1, 13])
def test_bits_have_bounds(bits):
    with pytest.raises(BadSetting, match="is 0 to 12"):
        alike(np.zeros(1, np.uint64), bits=bits)


def test_a_crowd_of_equal_hashes_and_many_buckets_of_one():
    """20,000 of one hash, and 20,000 strangers: each is found, and the strangers stay."""
    rng = np.random.default_rng(1)
    strangers = rng.integers(0, 2**64, 20_000, dtype=np.uint64)
    hashes = np.concatenate([np.full(20_000, 5, np.uint64), strangers])
    found = alike(hashes, bits=4)
    assert (found[:20_000] == 0).all()
    assert (found[20_000:] == np.arange(20_000, 40_000)).mean() > 0.99


def test_the_first_of_equal_digests():
    digests = np.array([b"b" * 16, b"a" * 16, b"b" * 16, b"c" * 16, b"a" * 16], "V16")
    assert same(digests).tolist() == [0, 1, 0, 3, 1]
