"""Zips written as they are sent, read back by Python's own zipfile."""

import io
import zipfile

import pytest

from app.domain import stored_zip
from app.domain.stored_zip import StoredZip


def written(members, *, at=0):
    """The zip as bytes, begun as if `at` bytes of it had been sent already."""
    out = io.BytesIO()
    with StoredZip() as archive:
        archive._at = at
        for name, body in members:
            out.write(archive.member(name, body))
        out.writelines(archive.end())
    return out


def test_it_opens_with_every_name_and_byte():
    members = [(f"tiles/{n}.jpg", bytes([n]) * n) for n in range(40)] + [("größe 日本.csv", b"x")]
    with zipfile.ZipFile(written(members)) as archive:
        assert archive.testzip() is None
        assert [(info.filename, archive.read(info)) for info in archive.infolist()] == members
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}


def test_a_file_can_be_streamed_into_it():
    body = bytes(range(256)) * 1000
    with StoredZip() as archive:
        out = io.BytesIO(b"".join([*archive.stream("a.bin", io.BytesIO(body)), *archive.end()]))
    with zipfile.ZipFile(out) as read:
        assert read.read("a.bin") == body


def test_more_members_than_an_old_zip_can_count():
    with zipfile.ZipFile(written((str(n), b"") for n in range(70_000))) as archive:
        names = archive.namelist()
    assert len(names) == 70_000
    assert names[-1] == "69999"


def test_a_member_behind_4_gb_is_found():
    far = 5_000_000_000
    out = written([("a", b"first"), ("b", b"second")], at=far)
    # The bytes before are not there: what the directory says of them is, and zipfile takes them off again.
    with zipfile.ZipFile(out) as archive:
        assert [info.header_offset for info in archive.infolist()] == [0, 36]
        assert archive.read("b") == b"second"


def test_what_is_known_at_the_end_is_not_kept_in_memory():
    with StoredZip() as archive:
        for n in range(2000):
            archive.member(f"tiles/{n:07}.jpg", b"x")
        assert archive._directory._rolled
    assert stored_zip._CHUNK <= 1 << 16


@pytest.mark.parametrize("count", [0, 1])
def test_an_empty_zip_is_one_too(count):
    with zipfile.ZipFile(written([("a", b"")] * count)) as archive:
        assert len(archive.namelist()) == count
