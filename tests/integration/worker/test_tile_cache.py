"""Tile sets on a worker's disk."""

import io
import itertools
import os
from uuid import uuid4

import numpy as np
import pytest

from app.storage.base import MissingObject
from worker.tile_cache import PackRef, TileCache


class Counting:
    """Counts what is fetched."""

    def __init__(self, storage):
        self.storage = storage
        self.fetched = []

    def download(self, key, path):
        self.fetched.append(key)
        self.storage.download(key, path)


@pytest.fixture
def counting(storage):
    return Counting(storage)


@pytest.fixture
def pack(storage):
    following = itertools.count(step=1000)

    def put(tiles=3, size=1000):
        pack_id = uuid4()
        rng = np.random.default_rng(pack_id.int % 2**32)
        thumbs = io.BytesIO()
        np.save(thumbs, rng.integers(0, 255, (tiles, 5, 5, 3), np.uint8))
        storage.put(f"o/{pack_id}.jpegs", bytes(size))
        storage.put(f"o/{pack_id}.npy", thumbs.getvalue())
        return PackRef(pack_id, f"o/{pack_id}.jpegs", f"o/{pack_id}.npy", next(following), tiles)

    return put


def numbers_of(packs):
    """As the database would give them."""
    return np.concatenate([pack.first_tile + np.arange(pack.tiles) for pack in packs])


@pytest.fixture
def index(tile_set_id):
    def ask(cache, generation, packs, numbers=None):
        numbers = numbers_of(packs) if numbers is None else numbers
        return cache.stock(tile_set_id, generation, packs, lambda: numbers)

    return ask


def test_an_unchanged_set_is_not_read_twice(tmp_path, counting, pack):
    cache, tile_set, packs = TileCache(tmp_path / "c", counting, 10**9), uuid4(), [pack(), pack()]
    first = cache.index(tile_set, 1, packs)
    assert len(counting.fetched) == 2
    again = TileCache(tmp_path / "c", counting, 10**9).index(tile_set, 1, packs)
    assert len(counting.fetched) == 2
    assert np.array_equal(first.thumbs, again.thumbs)


def test_a_grown_set_reads_only_what_is_new(tmp_path, counting, pack):
    cache, tile_set, packs = TileCache(tmp_path / "c", counting, 10**9), uuid4(), [pack(), pack(2)]
    cache.index(tile_set, 1, packs[:1])
    assert len(cache.index(tile_set, 2, packs)) == 5
    assert counting.fetched == [packs[0].thumbs_key, packs[1].thumbs_key]


def test_what_was_used_longest_ago_goes_first(tmp_path, counting, pack):
    cache, packs = TileCache(tmp_path / "c", counting, 2500), [pack(), pack(), pack()]
    places = [cache.pack(p) for p in packs[:2]]
    for age, place in zip((1, 2), places, strict=True):
        os.utime(place, (age, age))
    cache.pack(packs[0])  # used again just now
    cache.pack(packs[2])
    assert places[0].exists()
    assert not places[1].exists()
    assert sum(f.stat().st_size for f in (tmp_path / "c").iterdir()) <= 2500


def test_what_is_missing_leaves_nothing_half_made(tmp_path, counting, pack):
    cache, ref = TileCache(tmp_path / "c", counting, 10**9), pack()
    counting.storage.delete(ref.key)
    with pytest.raises(MissingObject):
        cache.pack(ref)
    assert list((tmp_path / "c").iterdir()) == []
