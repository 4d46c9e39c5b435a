"""Members of a zip looked at together, beside each looked at by itself."""

import io
import random
import stat
import zipfile

import numpy as np
import pytest

from engine import zip_directory, zip_usual, zipped
from engine.errors import BadArchive
from engine.types import Refusal
from engine.zip_columns import columns
from engine.zip_directory import find_directory
from engine.zip_names import all_plain, any_quiet, leads_outside, quiet, shown_name
from engine.zip_usual import usual
from engine.zipped import read_zip

PLAIN = ["1.jpg", "a/2.jpg", "a/b.c/3.jpg", "Größe.jpg", "写真/4.jpg"]
QUIET = ["a/", "__MACOSX/._1.jpg", "a/.DS_Store", "Thumbs.db"]
ODD = ["../up.jpg", "C:\\up.jpg", "/etc/passwd", "two\nlines.jpg", "x" * 300 + ".jpg"]


def zip_of(names, methods=(zipfile.ZIP_STORED,), *, links=()):
    out, rng = io.BytesIO(), random.Random(0)
    with zipfile.ZipFile(out, "w") as archive:
        for number, name in enumerate(names):
            info = zipfile.ZipInfo(name)
            if name in links:
                info.external_attr = (stat.S_IFLNK | 0o777) << 16
            body = b"" if name.endswith("/") else rng.randbytes(rng.randrange(1, 90))
            archive.writestr(info, body, methods[number % len(methods)])
    return out.getvalue()


def items(data):
    try:
        return list(read_zip(io.BytesIO(data)))
    except BadArchive as error:
        return str(error)


def one_by_one(data, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(zipped, "usual", lambda *_: None)
        patch.setattr(zip_directory, "columns", lambda _: None)
        return items(data)


def whole(data):
    directory = find_directory(lambda start, length: data[start : start + length], len(data))
    return usual(directory.data, directory.whole())


MIXED = zip_of([*PLAIN, *QUIET], (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))


@pytest.mark.parametrize("data", [zip_of(PLAIN), zip_of([*PLAIN, *QUIET]), MIXED])
def test_the_usual_ones_are_looked_at_together(data, monkeypatch):
    assert whole(data).names == PLAIN
    assert items(data) == one_by_one(data, monkeypatch)
    assert not any(isinstance(item, Refusal) for item in items(data))


@pytest.mark.parametrize("name", ODD)
def test_names_that_need_a_word_are_looked_at_alone(name, monkeypatch):
    data = zip_of([*PLAIN, name])
    assert whole(data) is None
    assert items(data) == one_by_one(data, monkeypatch)


def test_links_are_looked_at_alone(monkeypatch):
    data = zip_of(PLAIN, links=PLAIN[1:2])
    assert whole(data) is None
    assert items(data) == one_by_one(data, monkeypatch)


def test_a_zip_inside_the_zip_is_no_usual_body(monkeypatch):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("more.jpg", zip_of(PLAIN))
    assert items(out.getvalue()) == one_by_one(out.getvalue(), monkeypatch)
    assert isinstance(items(out.getvalue())[0], Refusal)


@pytest.mark.parametrize("data", [zip_of(PLAIN[:3]), MIXED], ids=["plain", "mixed"])
def test_damage_anywhere_gives_the_same_words(data, monkeypatch):
    rng = random.Random(1)
    for at in range(len(data)):
        value = data[at] ^ 1 << rng.randrange(8)
        damaged = data[:at] + bytes([value]) + data[at + 1 :]
        assert items(damaged) == one_by_one(damaged, monkeypatch), (at, value)


def test_what_is_cut_off_while_it_is_read_is_damaged():
    """As when an object is replaced by a shorter one."""
    data = zip_of(PLAIN)
    group = whole(data)
    for length in range(0, int(group.at[-1]), 7):
        assert all(stop <= length for _, stop in group.bodies(data[:length]))


def test_members_are_read_together_up_to_a_size():
    data = zip_of([f"{number}.jpg" for number in range(30)])
    groups = list(whole(data).groups(500))
    assert [name for group in groups for name in group.names] == whole(data).names
    assert all(group.stop[-1] - group.at[0] <= 500 for group in groups)
    assert len(groups) == 5


def test_marks_inside_names_are_walked():
    data = zip_of(["PK\x01\x02.jpg", "1.jpg"])
    directory = find_directory(lambda start, length: data[start : start + length], len(data))
    assert columns(directory.data) is None
    assert len(directory.listed.at) == 2


@pytest.mark.parametrize("name", [*PLAIN, *QUIET, *ODD])
def test_all_names_at_once_are_asked_what_each_is(name):
    assert any_quiet(["1.jpg", name, "2.jpg"]) >= quiet(name)
    alone = shown_name(name) == name and not leads_outside(name)
    assert all_plain(["1.jpg", name, "2.jpg"]) <= alone
    assert all_plain(PLAIN)
    assert not any_quiet(PLAIN)


def test_an_empty_directory_has_no_records():
    assert len(columns(b"").records) == 0
    assert columns(b"PK") is None
    assert zip_usual.records_at(b"", np.empty(0, np.int64), zip_usual.HEADERS).size == 0
