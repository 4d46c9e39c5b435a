import io
import stat
import struct
import zipfile

import numpy as np
import pytest

from engine import zip_directory, zip_usual, zipped
from engine.errors import BadArchive
from engine.read_batches import read_tiles
from engine.types import Refusal, TileRead
from engine.zip_names import shown_name
from engine.zipped import read_zip


def zip_of(*members, method=zipfile.ZIP_DEFLATED):
    """A zip of (name or ZipInfo, bytes)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out


def changed(archive, *, central, local=None, value):
    """The same zip with two bytes of every member's headers set: a way to write what `zipfile` will not."""
    data = bytearray(archive.getvalue())
    for mark, offset in ((b"PK\x01\x02", central), (b"PK\x03\x04", local)):
        at = data.find(mark)
        while offset is not None and at >= 0:
            struct.pack_into("<H", data, at + offset, value)
            at = data.find(mark, at + 1)
    return io.BytesIO(bytes(data))


def link(name, target):
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info, target


def refused(archive):
    [item] = read_zip(archive)
    assert isinstance(item, Refusal)
    return item


def test_members_come_in_order_with_their_bytes():
    items = read_zip(zip_of(("b/2.jpg", b"two"), ("1.jpg", b"one")))
    assert items.count == 2
    assert list(items) == [("b/2.jpg", b"two"), ("1.jpg", b"one")]


def test_folders_and_what_file_managers_leave_are_passed_over():
    items = read_zip(
        zip_of(
            ("holiday/", b""),
            ("holiday/.DS_Store", b"x"),
            ("__MACOSX/holiday/._1.jpg", b"x"),
            ("._1.jpg", b"x"),
            ("holiday/Thumbs.db", b"x"),
            ("desktop.ini", b"x"),
            ("holiday/1.jpg", b"one"),
        )
    )
    assert items.count == 1
    assert list(items) == [("holiday/1.jpg", b"one")]


@pytest.mark.parametrize(
    "name",
    ["../up.jpg", "a/../../up.jpg", "/etc/passwd", "..\\up.jpg", "C:\\up.jpg", "\\\\host\\up.jpg"],
)
def test_a_name_that_leads_outside_is_refused(name):
    item = refused(zip_of((name, b"picture")))
    assert item.name == name
    assert "leads outside the zip" in item.reason


def test_a_link_is_refused_unread():
    assert "link or a device" in refused(zip_of(link("1.jpg", "/etc/passwd"))).reason


@pytest.mark.parametrize("kind", [stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
def test_a_device_is_refused(kind):
    info = zipfile.ZipInfo("1.jpg")
    info.external_attr = (kind | 0o666) << 16
    assert "link or a device" in refused(zip_of((info, b""))).reason


def test_a_locked_member_is_refused():
    locked = changed(zip_of(("1.jpg", b"picture")), central=8, local=6, value=1)
    assert "locked with a password" in refused(locked).reason


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_member_packed_in_an_unusual_way_is_refused(method):
    assert "usual method" in refused(zip_of(("1.jpg", b"x"), method=method)).reason


def test_a_zip_inside_the_zip_is_refused():
    inner = zip_of(("1.jpg", b"picture")).getvalue()
    assert "zip inside the zip" in refused(zip_of(("more.jpg", inner))).reason


def test_a_member_that_shrinks_too_well_is_refused_unread(monkeypatch):
    bomb = zip_of(("1.png", bytes(8 * 2**20)))
    monkeypatch.setattr(zipped, "_inflated", pytest.fail)
    assert "more than 100 times its size" in refused(bomb).reason


def test_a_small_member_may_shrink_as_it_likes():
    assert list(read_zip(zip_of(("1.png", bytes(2**20))))) == [("1.png", bytes(2**20))]


def test_a_member_of_too_many_bytes_is_refused(monkeypatch):
    for module in (zipped, zip_usual):
        monkeypatch.setattr(module, "FILE_MAX_BYTES", 2**20)
    large = zip_of(("1.png", bytes(2**20 + 1)), method=zipfile.ZIP_STORED)
    assert "more than 1 MB" in refused(large).reason


def test_what_is_past_the_total_is_refused(monkeypatch):
    for module in (zipped, zip_usual):
        monkeypatch.setattr(module, "ZIP_MAX_TOTAL_BYTES", 250)
    items = list(read_zip(zip_of(*((f"{i}.jpg", bytes(100)) for i in range(4)), ("5.jpg", b"x"))))
    assert [isinstance(item, Refusal) for item in items] == [False, False, True, True, False]
    assert "Add the rest as a second zip" in items[2].reason


def test_damage_costs_the_member_it_hits():
    archive = zip_of(("1.jpg", b"a" * 500), ("2.jpg", bytes(range(250))), method=zipfile.ZIP_STORED)
    data = bytearray(archive.getvalue())
    data[data.find(b"aaaa") + 7] ^= 0xFF
    first, second = read_zip(io.BytesIO(bytes(data)))
    assert first == Refusal("1.jpg", zipped.DAMAGED)
    assert second == ("2.jpg", bytes(range(250)))


def test_a_member_that_lies_about_its_size_is_damaged():
    rng = np.random.default_rng(0)
    lying = changed(zip_of(("1.jpg", rng.bytes(500))), central=24, local=22, value=100)
    assert refused(lying).reason == zipped.DAMAGED


@pytest.mark.parametrize("cut", [0, 1, 40, -1, -30])
def test_what_is_no_zip_is_named(cut):
    data = zip_of(("1.jpg", b"picture" * 100)).getvalue()[:cut] if cut else b""
    with pytest.raises(BadArchive, match="not a zip that can be opened"):
        read_zip(io.BytesIO(data))


def test_text_is_no_zip():
    with pytest.raises(BadArchive):
        read_zip(io.BytesIO(b"Dear zip, this is a letter." * 100))


def test_a_version_from_the_future_is_named():
    with pytest.raises(BadArchive):
        read_zip(changed(zip_of(("1.jpg", b"x")), central=6, value=99))


def test_members_are_counted_before_the_zip_is_opened(monkeypatch):
    archive = zip_of(*((f"{i}.jpg", b"") for i in range(6)))
    monkeypatch.setattr(zip_directory, "ZIP_MAX_ENTRIES", 5)
    monkeypatch.setattr(zip_directory, "Member", pytest.fail)
    with pytest.raises(BadArchive, match="more than 5 files"):
        read_zip(archive)


def test_a_directory_too_long_is_not_read(monkeypatch):
    archive = zip_of(*((f"{i}.jpg", b"") for i in range(6)))
    monkeypatch.setattr(zip_directory, "ZIP_MAX_DIRECTORY_BYTES", 100)
    with pytest.raises(BadArchive, match="250,000 files"):
        read_zip(archive)


def test_an_empty_zip_has_no_pictures():
    items = read_zip(zip_of())
    assert items.count == 0
    assert list(items) == []


@pytest.mark.parametrize("leave_early", [False, True])
def test_a_path_is_opened_and_closed(tmp_path, leave_early):
    """An open file left to the collector would fail this test: warnings are errors here."""
    file = tmp_path / "pictures.zip"
    file.write_bytes(zip_of(("1.jpg", b"one"), ("2.jpg", b"two")).getvalue())
    with read_zip(file) as items:
        first, *rest = [next(iter(items))] if leave_early else items
    assert first == ("1.jpg", b"one")
    assert len(rest) == 1 - leave_early


def test_a_path_to_no_zip_is_closed(tmp_path):
    file = tmp_path / "pictures.zip"
    file.write_bytes(b"no zip")
    with pytest.raises(BadArchive):
        read_zip(file)


def test_a_file_of_the_caller_stays_open():
    archive = zip_of(("1.jpg", b"one"))
    list(read_zip(archive))
    assert not archive.closed


def test_names_are_fit_to_be_shown():
    assert shown_name("a\x1b[31m\n.jpg") == "a?[31m?.jpg"
    assert shown_name("x" * 300 + ".jpg") == "x" * 196 + ".jpg"


def test_a_zip_becomes_tiles_and_refusals(encoded, corners):
    archive = zip_of(("1.jpg", encoded(corners)), ("../2.jpg", b""), ("notes.txt", b"text"))
    first, second, third = read_tiles(read_zip(archive), tile_px=32)
    assert isinstance(first, TileRead)
    assert "leads outside" in second.reason
    assert "not a picture" in third.reason
