"""Tile sets on a worker's disk."""

import io
import itertools
import os
from uuid import UUID, uuid4

import numpy as np
import pytest

from app.storage.base import MissingObject
from worker.tile_cache import Listed, PackRef, TileCache


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
    following = itertools.count(step=10_000)

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
def stock(tmp_path, counting):
    """What a worker that starts anew has of a set with these packs."""
    tile_set_id = uuid4()

    def ask(generation, packs, numbers=None):
        numbers = numbers_of(packs) if numbers is None else numbers
        cache = TileCache(tmp_path / "c", counting, 10**9)
        return cache.stock(tile_set_id, generation, packs, lambda: Listed(numbers))

    return ask


def thumbs_of(storage, pack):
    return np.load(io.BytesIO(storage.get(pack.thumbs_key)))


def test_an_unchanged_set_is_not_read_twice(stock, counting, pack):
    packs = [pack(), pack()]
    first = stock(1, packs)
    assert first.numbers.tolist() == [0, 1, 2, 10_000, 10_001, 10_002]
    assert len(counting.fetched) == 2
    again = stock(1, packs, numbers=None)
    assert len(counting.fetched) == 2
    assert np.array_equal(first.index.thumbs, again.index.thumbs)
    assert np.array_equal(first.numbers, again.numbers)


def test_a_grown_set_reads_only_what_is_new(stock, counting, pack):
    packs = [pack(), pack(2)]
    stock(1, packs[:1])
    assert len(stock(2, packs).index) == 5
    assert counting.fetched == [packs[0].thumbs_key, packs[1].thumbs_key]


def test_a_grown_index_is_that_of_all_its_tiles(stock, counting, storage, pack, tmp_path):
    packs = [pack(2100), pack(30)]
    stock(1, packs[:1])
    for file in tmp_path.glob("c/thumbs-*"):
        file.unlink()
    grown = stock(2, packs)
    assert counting.fetched[1:] == [packs[1].thumbs_key]  # nothing of the old
    whole = np.concatenate([thumbs_of(storage, p) for p in packs])
    assert np.array_equal(grown.index.thumbs, whole)
    assert np.array_equal(grown.numbers, numbers_of(packs))


def test_removed_tiles_leave_the_index_and_others_keep_their_numbers(stock, storage, pack):
    packs = [pack(), pack()]
    stock(1, packs)
    left = np.array([0, 2, 10_001])
    after = stock(2, packs, left)
    assert after.numbers.tolist() == [0, 2, 10_001]
    whole = np.concatenate([thumbs_of(storage, p) for p in packs])
    assert np.array_equal(after.index.thumbs, whole[[0, 2, 4]])


def test_a_pack_that_was_emptied_is_not_fetched(stock, counting, pack):
    packs = [pack(), pack()]
    stock(1, packs, np.array([10_000, 10_002]))
    assert counting.fetched == [packs[1].thumbs_key]


def test_tiles_that_came_while_the_packs_were_looked_up_are_for_the_next_generation(stock, pack):
    packs = [pack(), pack()]
    assert stock(1, packs[:1], numbers_of(packs)).numbers.tolist() == [0, 1, 2]


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


def test_a_set_that_is_used_leaves_the_objects_times_alone(tmp_path, storage, pack):
    cache, ref = TileCache(tmp_path / "c", storage, 10**9), pack()
    before = storage.head(ref.key).modified
    for _ in range(2):
        os.utime(cache.pack(ref), ns=(0, cache.pack(ref).stat().st_mtime_ns))
        assert cache.pack(ref).stat().st_atime > 0
    assert storage.head(ref.key).modified == before


def test_what_is_missing_leaves_nothing_half_made(tmp_path, counting, pack):
    cache, ref = TileCache(tmp_path / "c", counting, 10**9), pack()
    counting.storage.delete(ref.key)
    with pytest.raises(MissingObject):
        cache.pack(ref)
    assert list((tmp_path / "c").iterdir()) == []


def test_thumbs_are_those_that_were_asked_for_and_no_more(tmp_path, counting, storage, pack):
    cache, packs = TileCache(tmp_path / "c", counting, 10**9), [pack(5), pack(), pack(2)]
    asked = np.array([1, 4, 20_000, 20_001, 90_000])  # the last is in no pack
    found = cache.thumbs(packs[::-1], asked)
    first, last = (thumbs_of(storage, packs[at]) for at in (0, 2))
    assert np.array_equal(found, np.concatenate([first[[1, 4]], last]))
    assert counting.fetched == [packs[0].thumbs_key, packs[2].thumbs_key]


def test_files_of_a_set_are_the_same_whether_its_packs_are_fetched_or_at_hand(
    tmp_path, counting, pack
):
    packs = [pack(200), pack(100)]
    caches = [TileCache(tmp_path / name, counting, 10**9) for name in ("one", "other")]
    caches[1].thumbs(packs, numbers_of(packs))
    kept = []
    for cache, folder in zip(caches, ("one", "other"), strict=True):
        cache.stock(UUID(int=1), 1, packs, lambda: Listed(numbers_of(packs)))
        made = (tmp_path / folder).glob("index-*/*")
        kept.append({file.name: file.read_bytes() for file in made})
    assert kept[0] == kept[1]
    assert len(kept[0]) == 9
