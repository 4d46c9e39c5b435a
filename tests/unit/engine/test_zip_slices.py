"""A zip in slices: the same members, whoever reads which."""

import functools
import io
import random
import struct
import zipfile

import pytest

from engine import zipped
from engine.errors import BadArchive
from engine.types import Refusal
from engine.zip_directory import Slice, find_directory
from engine.zip_end import END_64_MARK
from engine.zipped import OVERLAPS, read_slice, read_zip


def zip_of(members, *, comment=b"", method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
        archive.comment = comment
    return out.getvalue()


def reader(data):
    return lambda start, length: data[start : start + length]


def slices_of(data, members, unpacked=1 << 40):
    return find_directory(reader(data), len(data)).slices(members, unpacked)


def members(count):
    rng = random.Random(0)
    return [(f"f/{i}.jpg", rng.randbytes(rng.randrange(1, 400))) for i in range(count)]


@pytest.mark.parametrize("options", [{}, {"comment": b"of the lake"}])
@pytest.mark.parametrize("at_once", [1, 7, 50])
def test_slices_together_are_the_zip(options, at_once):
    wanted = members(50)
    data = zip_of(wanted, **options)
    parts = slices_of(data, at_once)
    assert len(parts) == -(-50 // at_once)
    assert {part.count for part in parts[:-1]} <= {at_once}
    assert [item for part in parts for item in read_slice(reader(data), part)] == wanted
    assert list(read_zip(io.BytesIO(data))) == wanted


def test_a_slice_reads_its_own_bytes_alone():
    wanted = members(40)
    data = zip_of(wanted)
    first, second = slices_of(data, 20)
    read = []

    def noted(start, length):
        read.append((start, start + length))
        return data[start : start + length]

    assert list(read_slice(noted, second)) == wanted[20:]
    assert min(start for start, _ in read) >= first.until
    assert sum(stop - start for start, stop in read) < len(data) * 0.6


def test_slices_are_of_about_so_many_bytes():
    parts = slices_of(zip_of([(f"{i}.jpg", bytes(100)) for i in range(10)]), 1 << 30, 500)
    assert [(part.count, part.unpacked, part.before) for part in parts] == [
        (5, 500, 0),
        (5, 500, 500),
    ]


@pytest.mark.parametrize(("at_once", "counts"), [(10, [10] * 5), (17, [17, 17, 16]), (50, [50])])
def test_slices_that_follow_each_other_are_one(at_once, counts):
    wanted = members(50)
    data = zip_of(wanted)
    parts = find_directory(reader(data), len(data)).slices(at_once, 1 << 40)
    assert [part.count for part in parts] == counts
    together = functools.reduce(Slice.and_next, parts[1:], parts[0])
    assert [together] == find_directory(reader(data), len(data)).slices(50, 1 << 40)
    assert list(read_slice(reader(data), together)) == wanted


def test_members_far_apart_are_not_read_together(monkeypatch):
    monkeypatch.setattr(zipped, "_READ_BYTES", 1000)
    wanted = members(30)
    data = zip_of(wanted)
    assert list(read_zip(io.BytesIO(data))) == wanted


def entries(data):
    """Where each member is listed."""
    at, found = data.find(b"PK\x01\x02"), []
    while at >= 0:
        found.append(at)
        at = data.find(b"PK\x01\x02", at + 4)
    return found


def test_a_directory_in_another_order_is_one_slice():
    wanted = members(20)
    data = zip_of(wanted, method=zipfile.ZIP_STORED)
    first, *rest = entries(data)
    end = data.find(b"PK\x05\x06")
    listed = [data[a:b] for a, b in zip([first, *rest], [*rest, end], strict=True)]
    shuffled = data[:first] + b"".join(reversed(listed)) + data[end:]
    [part] = slices_of(shuffled, 5)
    assert list(read_slice(reader(shuffled), part)) == wanted[::-1]


def test_members_that_share_bytes_are_refused():
    """As in a bomb that unpacks the same bytes again and again (Fifield 2019)."""
    data = bytearray(zip_of(members(3), method=zipfile.ZIP_STORED))
    first, second, _ = entries(bytes(data))
    [place] = struct.unpack_from("<L", data, second + 42)
    struct.pack_into("<L", data, second + 42, place - 10)
    found = list(read_zip(io.BytesIO(bytes(data))))
    assert found[0] == Refusal("f/0.jpg", OVERLAPS)
    assert isinstance(found[1], Refusal)
    assert found[2] == members(3)[2]
    assert struct.unpack_from("<L", data, first + 42) == (0,)


def test_sizes_and_places_past_four_gigabytes_are_found(monkeypatch):
    wanted = members(5)
    out = io.BytesIO()
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 200)
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 2)
    with zipfile.ZipFile(out, "w") as archive:
        for name, body in wanted:
            archive.writestr(name, body)
    assert END_64_MARK in out.getvalue()
    assert list(read_zip(out)) == wanted


@pytest.mark.parametrize("name", ["Größe.jpg", "写真.jpg", "фото.jpg"])
def test_names_in_any_script(name):
    assert [item[0] for item in read_zip(io.BytesIO(zip_of([(name, b"x")])))] == [name]


def test_a_name_of_any_bytes_is_shown_somehow():
    data = zip_of([("aaaa.jpg", b"x")]).replace(b"aaaa.jpg", b"\xff\xfe\x81a.jpg")
    [(name, body)] = read_zip(io.BytesIO(data))
    assert body == b"x"
    assert name.endswith("a.jpg")


@pytest.mark.parametrize("at", [0, 10, 30, 45])
def test_a_directory_that_is_cut_off_is_no_zip(at):
    data = zip_of(members(3))
    first, *_ = entries(data)
    with pytest.raises(BadArchive):
        find_directory(reader(data[: first + at] + data[data.find(b"PK\x05\x06") :]), len(data))
