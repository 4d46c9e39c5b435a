"""What services rely on, of every store."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest

from app.storage.base import MissingObject
from app.storage.checks import BadKey
from tests.integration.storage.streams import SIZES, SMALL, Trickle, body

ODD_KEYS = [
    "plain",
    "o/1/photos/2/original",
    "with spaces/ and more .jpg",
    "Büro/写真/фото/🏝.jpg",
    "e\u0301 is not \u00e9/e\u0301",
    "percent%2Fand+plus&and=?#;,'\"<>[]{}|^`~",
    "..hidden/.dot/...",
    "x" * 255,
    "/".join(["y" * 200] * 5),
]
BAD_KEYS = [
    "", "/", "/etc/passwd", "..", "../up", "a/../b", "a/..", "./a", "a//b", "a/", "a\\b", "a\0b", "a\nb",
    "\u200bzero", "\ud800", "z" * 256, "/".join(["long"] * 300),
]  # fmt: skip


def test_what_is_put_is_there(store):
    store.put("o/1/a", SMALL)
    assert store.get("o/1/a") == SMALL


@pytest.mark.parametrize("size", SIZES)
def test_bodies_of_every_size_come_back_whole(store, size):
    store.put("big", body(size))
    assert store.get("big") == body(size)
    assert store.head("big").size == size


@pytest.mark.parametrize("size", SIZES[-2:])
def test_streams_that_trickle_are_put_whole(store, size):
    store.put("big", Trickle(body(size)))
    assert store.get("big") == body(size)


def test_a_stream_is_read_from_where_it_stands_and_left_open(store):
    stream = BytesIO(b"skipped" + SMALL)
    stream.seek(7)
    store.put("a", stream)
    assert store.get("a") == SMALL
    assert not stream.closed


@pytest.mark.parametrize("key", ODD_KEYS)
def test_odd_keys_name_objects_like_any_other(store, key):
    store.put(key, SMALL, content_type="image/webp")
    assert store.get(key) == SMALL
    assert store.head(key).key == key
    assert [found.key for found in store.list("")] == [key]
    store.delete(key)
    assert list(store.list("")) == []


def reads(store, path):
    """Every way to ask for one object."""
    return {
        "get": store.get,
        "open": lambda key: store.open(key).__enter__(),
        "range": lambda key: store.range(key, 0, 1),
        "head": store.head,
        "download": lambda key: store.download(key, path),
        "local": lambda key: store.local(key, path.parent).__enter__(),
    }


@pytest.mark.parametrize("key", BAD_KEYS)
def test_bad_keys_are_refused_by_every_verb(store, tmp_path, key):
    verbs = [
        lambda key: store.put(key, SMALL),
        store.delete,
        *reads(store, tmp_path / "f").values(),
    ]
    for verb in verbs:
        with pytest.raises(BadKey):
            verb(key)


def test_bad_prefixes_are_refused(store):
    for prefix in ["../", "/", "a//b", "a/../", "a\\", "a\0"]:
        with pytest.raises(BadKey):
            store.list(prefix)


@pytest.mark.parametrize("verb", ["get", "open", "range", "head", "download", "local"])
def test_a_missing_object_is_told_by_its_key(store, tmp_path, verb):
    store.put("o/1/a", SMALL)
    for key in ["never/put", "o/1", "o/1/a/below"]:
        with pytest.raises(MissingObject) as raised:
            reads(store, tmp_path / "file")[verb](key)
        assert raised.value.key == key
    assert list(tmp_path.glob("fil*")) == []


def test_head_tells_size_type_and_time(store):
    before = datetime.now(tz=UTC) - timedelta(seconds=2)  # S3 counts whole seconds
    store.put("a", SMALL, content_type="image/png")
    found = store.head("a")
    assert (found.key, found.size, found.content_type) == ("a", len(SMALL), "image/png")
    assert before <= found.modified <= datetime.now(tz=UTC) + timedelta(seconds=2)


@pytest.mark.parametrize("size", [3, SIZES[-1]])
def test_the_content_type_is_kept(store, size):
    store.put("a/b", body(size), content_type="image/jpeg")
    assert store.head("a/b").content_type == "image/jpeg"


def test_without_a_content_type_it_is_plain_bytes(store):
    store.put("a.jpg", SMALL)
    assert store.head("a.jpg").content_type == "application/octet-stream"


def test_a_new_body_brings_its_own_type(store):
    store.put("a", SMALL, content_type="image/jpeg")
    store.put("a", b"other")
    assert store.get("a") == b"other"
    assert store.head("a").content_type == "application/octet-stream"


@pytest.mark.parametrize(
    ("start", "length", "expected"),
    [
        (0, 4, b"0123"), (3, 1, b"3"), (6, 4, b"6789"), (6, 400, b"6789"), (0, 10, b"0123456789"),
        (10, 1, b""), (99, 5, b""), (2, 0, b""),
    ],
)  # fmt: skip
def test_a_range_is_cut_at_the_end(store, start, length, expected):
    store.put("digits", b"0123456789")
    assert store.range("digits", start, length) == expected


def test_a_range_of_an_empty_object_is_empty(store):
    store.put("nothing", b"")
    assert store.range("nothing", 0, 10) == b""


def test_a_range_may_cross_parts(store):
    content = body(SIZES[-1])
    store.put("big", content)
    middle = SIZES[3] - 1000
    assert store.range("big", middle, 2000) == content[middle : middle + 2000]


@pytest.mark.parametrize(("start", "length"), [(-1, 5), (0, -1)])
def test_a_range_never_counts_backwards(store, start, length):
    with pytest.raises(ValueError, match="range"):
        store.range("digits", start, length)


def test_a_stream_can_be_read_in_pieces_or_left(store):
    content = body(300_000)
    store.put("a", content)
    with store.open("a") as stream:
        assert stream.read(10) == content[:10]
        assert stream.read() == content[10:]
        assert stream.read() == b""
    with store.open("a") as stream:
        assert stream.read(1) == content[:1]
    assert stream.closed


def test_an_error_of_the_reader_is_not_the_stores(store):
    store.put("a", SMALL)
    with pytest.raises(ZeroDivisionError), store.open("a") as stream:
        stream.read(1 // 0)


def test_download_writes_a_file_whole(store, tmp_path):
    content = body(SIZES[-1])
    store.put("a", content)
    target = tmp_path / "down" / "file"
    target.parent.mkdir()
    target.write_bytes(b"older")
    store.download("a", target)
    assert target.read_bytes() == content
    assert list(target.parent.iterdir()) == [target]


def test_what_was_downloaded_stays_whatever_becomes_of_the_object(store, tmp_path):
    first, second = body(SIZES[-1]), b"another"
    store.put("a", first)
    store.download("a", tmp_path / "one")
    store.put("a", second)
    store.download("a", tmp_path / "two")
    store.delete("a")
    assert (tmp_path / "one").read_bytes() == first
    assert (tmp_path / "two").read_bytes() == second


def test_a_store_with_files_of_its_own_names_them(store):
    content = body(SIZES[-1])
    store.put("a", content)
    path = store.path("a")
    assert path is None or path.read_bytes() == content


def test_a_local_file_is_the_body_and_leaves_nothing_behind(store, tmp_path):
    content, folder = body(SIZES[-1]), tmp_path / "copies"
    folder.mkdir()
    store.put("a", content)
    with store.local("a", folder) as path:
        assert path.read_bytes() == content
    assert list(folder.iterdir()) == []
    assert store.get("a") == content


def test_deleting_twice_is_fine(store):
    store.put("o/1/a", SMALL)
    store.put("o/1/b", SMALL)
    store.delete("o/1/a")
    store.delete("o/1/a")
    store.delete("never/put")
    assert [found.key for found in store.list("o/")] == ["o/1/b"]
    with pytest.raises(MissingObject):
        store.get("o/1/a")


def test_a_store_in_order_says_so(store):
    assert store.ping() is None
    assert list(store.list("")) == []


def test_threads_share_a_store(store):
    def there_and_back(number):
        store.put(f"t/{number}", body(number))
        return store.get(f"t/{number}") == body(number)

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(there_and_back, range(40)))
