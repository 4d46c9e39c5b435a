"""Objects that come in parts: in any order, side by side, again, and whole or not at all."""

import contextlib
import io
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.storage.base import Coming, CutShort, MissingObject, StorageDown
from app.storage.checks import BadKey
from tests.integration.storage.streams import PART, SMALL, Cut, Trickle, body

SIZE = 2 * PART + 12_345
WHOLE = body(SIZE)


def expect(store, key="o/1/big", size=SIZE):
    return Coming(key, store.begin(key), size=size, part=PART)


def piece(coming, number, whole=WHOLE):
    start = coming.start_of(number)
    return whole[start : start + coming.length_of(number)]


def send(store, coming, *numbers, whole=WHOLE):
    for number in numbers:
        store.put_part(coming, number, io.BytesIO(piece(coming, number, whole)))


@pytest.mark.parametrize(
    ("size", "lengths"),
    [(0, [0]), (1, [1]), (PART, [PART]), (PART + 1, [PART, 1]), (2 * PART, [PART, PART])],
)
def test_parts_cover_the_object(size, lengths):
    coming = Coming("a", "t", size=size, part=PART)
    assert [coming.length_of(number) for number in coming.parts] == lengths
    assert [coming.start_of(number) for number in coming.parts] == [
        sum(lengths[:n]) for n in range(len(lengths))
    ]


@pytest.mark.parametrize("number", [0, 3, -1])
def test_there_is_no_part_outside(store, number):
    coming = Coming("a", store.begin("a"), size=PART + 1, part=PART)
    with pytest.raises(ValueError, match="no part"):
        store.put_part(coming, number, io.BytesIO(SMALL))
    store.abandon(coming)


def test_parts_come_in_any_order_and_the_object_is_seen_once_they_are_joined(store):
    coming = expect(store)
    assert store.parts(coming) == set()
    send(store, coming, 3, 1)
    assert store.parts(coming) == {1, 3}
    send(store, coming, 2)
    assert list(store.list("")) == []
    store.join(coming)
    assert store.get("o/1/big") == WHOLE
    assert store.head("o/1/big").size == len(WHOLE)


@pytest.mark.parametrize("size", [0, 1, PART])
def test_one_part_is_enough(store, size):
    coming = expect(store, size=size)
    send(store, coming, 1)
    store.join(coming)
    assert store.get("o/1/big") == WHOLE[:size]


def test_parts_come_side_by_side(store):
    coming = expect(store)
    with ThreadPoolExecutor(6) as threads:
        list(threads.map(lambda number: send(store, coming, number), [1, 2, 3] * 2))
    store.join(coming)
    assert store.get("o/1/big") == WHOLE


def test_a_part_sent_again_takes_the_place_of_the_first(store):
    coming = expect(store)
    send(store, coming, 1, whole=bytes(len(WHOLE)))
    send(store, coming, 1, 2, 3)
    store.join(coming)
    assert store.get("o/1/big") == WHOLE


def test_a_part_that_trickles_is_taken_whole(store):
    coming = expect(store)
    store.put_part(coming, 1, Trickle(piece(coming, 1)))
    assert store.parts(coming) == {1}
    store.abandon(coming)


def test_a_part_takes_no_more_than_its_length(store):
    coming = expect(store)
    body_of_all = io.BytesIO(WHOLE)
    for number in coming.parts:
        store.put_part(coming, number, body_of_all)
    store.join(coming)
    assert store.get("o/1/big") == WHOLE


def test_a_part_that_is_too_short_is_not_there(store):
    coming = expect(store)
    with pytest.raises(CutShort):
        store.put_part(coming, 1, io.BytesIO(piece(coming, 1)[:-1]))
    assert store.parts(coming) == set()
    store.abandon(coming)


def test_a_sender_who_goes_away_is_no_trouble_of_the_stores(store):
    coming = expect(store)
    send(store, coming, 1)
    with pytest.raises(ConnectionAbortedError):
        store.put_part(coming, 1, Cut(b"half of it"))
    assert store.parts(coming) == {1}
    store.abandon(coming)


def test_nothing_is_joined_before_all_parts_are_there(store):
    coming = expect(store)
    send(store, coming, 1, 3)
    with pytest.raises(CutShort, match="1 part"):
        store.join(coming)
    send(store, coming, 2)
    store.join(coming)
    assert store.get("o/1/big") == WHOLE


def test_joined_or_abandoned_it_is_over(store):
    joined, abandoned = expect(store, "a", size=1), expect(store, "b", size=1)
    send(store, joined, 1)
    send(store, abandoned, 1)
    store.join(joined)
    store.abandon(abandoned)
    store.abandon(abandoned)
    assert [found.key for found in store.list("")] == ["a"]
    for over in (abandoned, replace(joined, token=abandoned.token)):
        for call in (store.parts, store.join, lambda coming: send(store, coming, 1)):
            with pytest.raises(MissingObject):
                call(over)


def test_two_attempts_at_one_key_know_nothing_of_each_other(store):
    first, second = expect(store, size=1), expect(store, size=2)
    send(store, first, 1)
    assert store.parts(second) == set()
    send(store, second, 1)
    store.join(second)
    store.abandon(first)
    assert store.get("o/1/big") == WHOLE[:2]


def test_a_joined_object_takes_the_place_of_an_older_one(store):
    store.put("o/1/big", SMALL, content_type="image/png")
    coming = expect(store, size=3)
    send(store, coming, 1)
    assert store.get("o/1/big") == SMALL
    store.join(coming)
    assert store.get("o/1/big") == WHOLE[:3]
    assert store.head("o/1/big").content_type == "application/octet-stream"


def test_what_is_neither_joined_nor_abandoned_is_told(store):
    for left in list(store.begun()):
        store.abandon(Coming(left.key, left.token, size=0, part=PART))
    one, other, over = expect(store, "o/1/a"), expect(store, "o/2/b"), expect(store, "o/3/c")
    send(store, other, 1)
    store.abandon(over)
    told = {(found.key, found.token): found.since for found in store.begun()}
    assert set(told) == {(one.key, one.token), (other.key, other.token)}
    for since in told.values():
        assert abs(datetime.now(tz=UTC) - since) < timedelta(minutes=1)
    store.abandon(one)
    store.abandon(other)
    assert list(store.begun()) == []


def test_a_bad_key_begins_nothing(store):
    with pytest.raises(BadKey):
        store.begin("../up")


def test_a_disk_has_no_address_of_its_own(disk):
    assert disk.part_url(expect(disk), 1) is None


def test_a_token_is_no_path(disk, tmp_path):
    with pytest.raises(BadKey):
        disk.parts(Coming("a", "../objects", size=1, part=PART))


def test_an_object_of_parts_is_never_copied_on_a_disk(disk, tmp_path):
    coming = expect(disk)
    send(disk, coming, 1, 2, 3)
    before = (tmp_path / "store/parts" / coming.token / "body").stat().st_ino
    disk.join(coming)
    assert (tmp_path / "store/objects/o/1/big").stat().st_ino == before
    assert list((tmp_path / "store/parts").iterdir()) == []
    assert list((tmp_path / "store/partial").iterdir()) == []


def test_a_bucket_that_browsers_do_not_reach_has_no_links(swift):
    store = swift.storage()
    assert store.part_url(expect(store), 1) is None


def put(url, data):
    with contextlib.closing(
        urllib.request.urlopen(urllib.request.Request(url, data=data, method="PUT"))
    ) as answer:
        return answer.status


def test_a_browser_sends_a_part_by_itself_and_only_of_the_length_agreed(swift):
    store = swift.storage(public_url=swift.endpoint_url)
    coming = expect(store, size=PART + 3)
    assert put(store.part_url(coming, 2), WHOLE[PART : PART + 3]) == 200
    link = store.part_url(coming, 2)
    for url, data in [
        (link, b"more"),
        (link, b"no"),
        (link.replace("partNumber=2", "partNumber=1"), b"123"),
    ]:
        with pytest.raises(urllib.error.HTTPError, match="403"):
            put(url, data)
    assert store.parts(coming) == {2}
    send(store, coming, 1)
    store.join(coming)
    assert store.get("o/1/big") == WHOLE[: PART + 3]


def test_a_dead_server_is_told(swift):
    store = swift.storage(read_seconds=0.3)
    coming = expect(store, size=1)
    calls = [
        lambda: store.begin("a"),
        lambda: send(store, coming, 1),
        lambda: store.parts(coming),
        lambda: store.join(coming),
        lambda: store.abandon(coming),
        lambda: list(store.begun()),
    ]
    with swift.frozen():
        for call in calls:
            with pytest.raises(StorageDown):
                call()
