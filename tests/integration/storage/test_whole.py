"""An object is whole or absent, old or new, whatever happens while it is written."""

import pytest

from app.storage.base import MissingObject
from tests.integration.storage.streams import PART, SIZES, SMALL, Cut, Watched, body

# One that goes over in a piece, one that goes in parts.
PIECES = [200_000, SIZES[-1]]


@pytest.mark.parametrize("size", PIECES)
def test_an_object_is_not_seen_before_it_is_whole(store, size):
    seen = []

    def look():
        seen.extend(found.key for found in store.list("new"))
        with pytest.raises(MissingObject):
            store.head("new")
        with pytest.raises(MissingObject):
            store.get("new")

    store.put("new", Watched(body(size), look))
    assert seen == []
    assert store.get("new") == body(size)


@pytest.mark.parametrize("size", PIECES)
def test_the_old_body_is_read_until_the_new_one_is_whole(store, size):
    store.put("a", SMALL)
    seen = []
    store.put("a", Watched(body(size), lambda: seen.append(store.get("a"))))
    assert set(seen) == {SMALL}
    assert store.get("a") == body(size)


@pytest.mark.parametrize("size", PIECES)
def test_a_body_that_breaks_off_leaves_nothing(store, size):
    with pytest.raises(ConnectionAbortedError):
        store.put("o/1/new", Cut(body(size)))
    with pytest.raises(MissingObject):
        store.head("o/1/new")
    assert list(store.list("")) == []


@pytest.mark.parametrize("size", PIECES)
def test_a_body_that_breaks_off_leaves_the_old_one(store, size):
    store.put("a", SMALL)
    with pytest.raises(ConnectionAbortedError):
        store.put("a", Cut(body(size)))
    assert store.get("a") == SMALL


def test_a_reader_keeps_the_body_it_opened(store):
    old = body(400_000)
    store.put("a", old)
    with store.open("a") as stream:
        start = stream.read(1000)
        store.put("a", SMALL)
        assert start + stream.read() == old
    assert store.get("a") == SMALL


def test_parts_of_a_broken_upload_are_given_up(swift):
    with pytest.raises(ConnectionAbortedError):
        swift.storage(part_bytes=PART).put("big", Cut(body(SIZES[-1])))
    left = swift.client().list_multipart_uploads(Bucket=swift.bucket)
    assert left.get("Uploads", []) == []


def test_a_broken_upload_leaves_no_file_on_the_disk(disk, tmp_path):
    with pytest.raises(ConnectionAbortedError):
        disk.put("big", Cut(body(200_000)))
    assert [path for path in (tmp_path / "store").rglob("*") if path.is_file()] == []
