"""Listings: which keys, in which order, over how many pages."""

import random

import pytest

from tests.integration.storage.streams import SMALL
from tests.swift_server.page import PAGE

KEYS = [
    "o/1/a",
    "o/1/a-b",
    "o/1/a.b/c",
    "o/1/aa/a",
    "o/10/a",
    "o/2/Z",
    "o/2/z",
    "o/2/ä",
    "o/2/🏝",
    "p",
]
KEYS += ["o/1/b/c", "o/1/b-c", "o/1/b!/c"]


@pytest.fixture
def filled(store):
    """Keys that sort differently as folders and names, as capitals, as characters and as bytes."""
    for number, key in enumerate(random.Random(1).sample(KEYS, len(KEYS))):
        store.put(key, SMALL * number)
    return store, sorted(KEYS, key=str.encode)


def test_a_prefix_is_the_start_of_keys_in_order_of_bytes(filled):
    store, keys = filled
    for prefix in ["", "o", "o/", "o/1", "o/1/", "o/1/a", "o/1/a.", "o/2/ä", "nothing", "o/1/a/no"]:
        listed = [found.key for found in store.list(prefix)]
        assert listed == [key for key in keys if key.startswith(prefix)], prefix


def test_a_listing_tells_sizes_and_times_as_head_does(filled):
    store, _ = filled
    for found in store.list(""):
        head = store.head(found.key)
        assert found.size == head.size
        assert abs((found.modified - head.modified).total_seconds()) <= 1
        assert found.content_type is None


def test_a_long_listing_goes_on_over_pages(store):
    keys = [f"many/{number:04}" for number in range(2 * PAGE + 10)]
    for key in keys:
        store.put(key, b"")
    assert [found.key for found in store.list("many/")] == keys


def test_objects_may_be_deleted_while_they_are_listed(store):
    for number in range(12):
        store.put(f"gone/{number}/a", SMALL)
    for found in store.list("gone/"):
        store.delete(found.key)
    assert list(store.list("")) == []
