"""What only a disk can get wrong."""

import os
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.storage.base import DEFAULT_TYPE, MissingObject, StorageDown
from app.storage.checks import BadKey
from app.storage.disk import DiskStorage
from app.storage.partial import PARTIAL_SECONDS
from tests.integration.storage.streams import SMALL


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    key=st.text() | st.lists(st.sampled_from(["..", ".", "", "a", "\\", "~", "/"])).map("/".join)
)
def test_whatever_the_key_nothing_is_written_outside(tmp_path, key):
    store = DiskStorage(tmp_path / "outer" / "store")
    with suppress(BadKey):
        store.put(key, SMALL, content_type="text/plain")
        assert store.get(key) == SMALL
        assert [found.key for found in store.list("")] == [key]
        store.delete(key)
    assert files(tmp_path) == []


def test_objects_are_plain_files_with_their_types_beside(disk, tmp_path):
    disk.put("o/1/photo", SMALL, content_type="image/jpeg")
    disk.put("o/1/plain", SMALL)
    assert files(tmp_path) == [
        "store/objects/o/1/photo",
        "store/objects/o/1/plain",
        "store/types/o/1/photo",
    ]
    assert (tmp_path / "store/objects/o/1/photo").read_bytes() == SMALL


def test_empty_folders_go_with_their_last_object(disk, tmp_path):
    disk.put("o/1/a/b/c", SMALL, content_type="image/png")
    disk.put("o/1/d", SMALL)
    disk.delete("o/1/a/b/c")
    assert [path.name for path in (tmp_path / "store/objects/o/1").iterdir()] == ["d"]
    disk.delete("o/1/d")
    assert files(tmp_path) == []
    assert sorted(path.name for path in (tmp_path / "store").iterdir()) == [
        "objects",
        "partial",
        "parts",
        "types",
    ]


def test_deleting_a_folder_deletes_no_object(disk):
    disk.put("o/1/a", SMALL)
    disk.delete("o/1")
    disk.delete("o")
    assert disk.get("o/1/a") == SMALL


@pytest.mark.parametrize("key", ["o/1", "o", "o/1/a/b", "o/1/a/b/c"])
@pytest.mark.parametrize("content_type", [DEFAULT_TYPE, "image/png"])
def test_a_key_is_an_object_or_a_folder_never_both(disk, key, content_type):
    disk.put("o/1/a", SMALL, content_type="image/jpeg")
    with pytest.raises(BadKey):
        disk.put(key, b"other", content_type=content_type)
    assert [found.key for found in disk.list("")] == ["o/1/a"]
    assert disk.head("o/1/a").content_type == "image/jpeg"


def test_puts_and_deletes_in_one_folder_do_not_disturb_each_other(disk):
    def come_and_go(number):
        for _ in range(150):
            disk.put(f"o/1/deep/er/{number}", SMALL)
            disk.delete(f"o/1/deep/er/{number}")
        disk.put(f"o/1/deep/er/{number}", SMALL)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(come_and_go, range(4)))
    assert len(list(disk.list("o/1/deep/"))) == 4


def test_what_a_dead_process_left_is_removed_after_a_day(disk, tmp_path):
    partial = tmp_path / "store" / "partial"
    old, new = partial / ".old.part", partial / ".new.part"
    old.write_bytes(SMALL)
    new.write_bytes(SMALL)
    yesterday = time.time() - PARTIAL_SECONDS - 60
    os.utime(old, (yesterday, yesterday))
    assert list(disk.list("")) == []
    DiskStorage(tmp_path / "store")
    assert files(partial) == [".new.part"]


def test_a_store_opens_what_another_wrote(disk, tmp_path):
    disk.put("o/1/a", SMALL, content_type="image/jpeg")
    again = DiskStorage(tmp_path / "store")
    assert again.get("o/1/a") == SMALL
    assert again.head("o/1/a").content_type == "image/jpeg"


def test_a_place_where_no_folder_can_be(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageDown) as raised:
        DiskStorage(tmp_path / "file" / "store")
    assert isinstance(raised.value.__cause__, OSError)


def test_a_disk_that_went_away_is_not_an_empty_one(disk, tmp_path):
    disk.put("a", SMALL)
    shutil.rmtree(tmp_path / "store")
    calls = [
        lambda: disk.put("a", SMALL),
        lambda: disk.get("a"),
        lambda: disk.range("a", 0, 1),
        lambda: disk.head("a"),
        lambda: list(disk.list("")),
        lambda: disk.download("a", tmp_path / "file"),
        disk.ping,
    ]
    for call in calls:
        with pytest.raises(StorageDown):
            call()


def test_a_full_disk_is_told_and_leaves_nothing(disk, tmp_path, monkeypatch):
    def no_space(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", no_space)
    with pytest.raises(StorageDown, match="No space left"):
        disk.put("a", SMALL)
    assert files(tmp_path) == []
    with pytest.raises(MissingObject):
        disk.get("a")


def test_trouble_with_the_target_of_a_download_is_the_callers(disk, tmp_path):
    disk.put("a", SMALL)
    with pytest.raises(FileNotFoundError):
        disk.download("a", tmp_path / "no" / "such" / "folder")
    assert Path(tmp_path / "no").exists() is False
