"""Zips that two programs would read differently: what the one passes over, the other opens."""

import io
import random
import struct
import tracemalloc
import zipfile

import pytest

from engine.errors import BadArchive
from engine.types import Refusal
from engine.zip_columns import columns
from engine.zip_end import PADDED
from engine.zipped import DIFFERS, OVERLAPS, read_zip

LOCAL, CENTRAL, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
BODIES = [(f"{i}.jpg", random.Random(i).randbytes(90)) for i in range(3)]


class Unseekable(io.RawIOBase):
    """A pipe: whoever writes to it says sizes afterwards."""

    def __init__(self):
        self.data = b""

    def writable(self):
        return True

    def write(self, data):
        self.data += bytes(data)
        return len(data)


def zipped(out=None, method=zipfile.ZIP_STORED, comment=b"", bodies=BODIES, **options):
    out = out or io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, body in bodies:
            with archive.open(zipfile.ZipInfo(name), "w", **options) as member:
                member.write(body)
        archive.comment = comment
    return out.data if isinstance(out, Unseekable) else out.getvalue()


def items(data):
    return list(read_zip(io.BytesIO(data)))


def changed(data, mark, offset, form, value):
    """The first header of its kind with another value in it."""
    mine = bytearray(data)
    struct.pack_into(form, mine, mine.find(mark) + offset, value)
    return bytes(mine)


def moved(data, by):
    """All places in the lists of a zip moved, as after bytes that were put in front."""
    mine, at = bytearray(data), data.find(CENTRAL)
    while at >= 0:
        struct.pack_into("<L", mine, at + 42, struct.unpack_from("<L", mine, at + 42)[0] + by)
        at = data.find(CENTRAL, at + 1)
    end = data.rfind(END)
    struct.pack_into("<L", mine, end + 16, struct.unpack_from("<L", mine, end + 16)[0] + by)
    return bytes(mine)


@pytest.mark.parametrize(
    "data",
    [
        zipped(),
        zipped(comment=b"of the lake"),
        zipped(method=zipfile.ZIP_DEFLATED),
        zipped(force_zip64=True),
        zipped(Unseekable()),
        zipped(Unseekable(), force_zip64=True),
        zipped(Unseekable(), method=zipfile.ZIP_DEFLATED),
    ],
)
def test_honest_zips_are_read(data):
    assert items(data) == BODIES


@pytest.mark.parametrize(
    "data",
    [
        b"#!/bin/sh\n" + zipped(),
        b"#!/bin/sh\n" + moved(zipped(), 10),
        zipped(bodies=BODIES[:1]) + moved(zipped(), len(zipped(bodies=BODIES[:1]))),
        zipped() + b"\n",
        zipped(comment=zipped(bodies=[])),
        changed(zipped(), END, 10, "<H", 2),
        changed(zipped(), END, 10, "<H", 4),
        zipped().replace(CENTRAL, b"tail" + CENTRAL, 1)[:-6]
        + struct.pack("<LH", zipped().find(CENTRAL), 0),
    ],
)
def test_bytes_that_belong_to_nothing_make_it_no_zip(data):
    with pytest.raises(BadArchive) as refused:
        items(data)
    assert str(refused.value) == PADDED


def test_another_end_inside_the_comment_makes_it_no_zip():
    """A program that looks for the first end reads this one, another one that."""
    inner = struct.pack("<4s4H2LH", END, 0, 0, 0, 0, 0, 0, 0)
    with pytest.raises(BadArchive):
        items(zipped(comment=b"x" + inner))


@pytest.mark.parametrize(
    ("offset", "form", "value"),
    [
        (6, "<H", 0x1),
        (6, "<H", 0x8),
        (6, "<H", 0x800),
        (8, "<H", 8),
        (14, "<L", 1),
        (18, "<L", 89),
        (22, "<L", 89),
        (30, "<B", ord("9")),
    ],
)
def test_a_member_whose_own_header_says_something_else_is_refused(offset, form, value):
    first, *others = items(changed(zipped(), LOCAL, offset, form, value))
    assert first == Refusal("0.jpg", DIFFERS)
    assert others == BODIES[1:]


@pytest.mark.parametrize(("offset", "form"), [(8, "<H"), (10, "<H"), (12, "<L"), (16, "<L")])
def test_a_short_end_that_says_other_than_the_long_one_makes_it_no_zip(monkeypatch, offset, form):
    """A program that reads the long one only where the short one says so finds another list."""
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 50)
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 1)
    data = zipped(force_zip64=True)
    assert items(data) == BODIES
    end = data.rfind(END)
    other = data[:end] + changed(data[end:], END, offset, form, 2)
    with pytest.raises(BadArchive):
        items(other)


def test_a_directory_full_of_marks_costs_no_more_memory_than_it_has():
    """Marks in comments: counted before anything is made of them."""
    listed = zipped(bodies=[("a.jpg", b"x")])
    comment = b"P" * 65_535
    at = listed.find(CENTRAL)
    record = changed(listed[at : listed.rfind(END)], CENTRAL, 32, "<H", len(comment)) + comment
    tracemalloc.start()
    try:
        columns(record * 100)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 2 * len(record) * 100


@pytest.mark.parametrize("offset", [26, 28])
def test_a_header_longer_than_its_place_overlaps(offset):
    first, *others = items(changed(zipped(), LOCAL, offset, "<H", 65))
    assert first == Refusal("0.jpg", OVERLAPS)
    assert others == BODIES[1:]


def test_a_member_that_no_list_names_is_not_passed_over_in_silence():
    """As a streaming reader would see it: the bytes before the next listed member belong to somebody."""
    data = zipped()
    start, at = data.find(CENTRAL), data.find(CENTRAL, data.find(CENTRAL) + 1)
    stop = data.find(CENTRAL, at + 1)
    mine = bytearray(data[:at] + data[stop:])
    end = mine.rfind(END)
    struct.pack_into("<HHL", mine, end + 8, 2, 2, end - start)
    assert items(bytes(mine)) == [Refusal("0.jpg", DIFFERS), BODIES[2]]


def test_what_stands_behind_streamed_bytes_must_be_theirs():
    data = zipped(Unseekable())
    at = data.find(b"PK\x07\x08")
    assert at > 0
    mine = bytearray(data)
    mine[at + 4] ^= 1
    assert items(bytes(mine)) == [Refusal("0.jpg", DIFFERS), *BODIES[1:]]
