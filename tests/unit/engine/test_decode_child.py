"""The child's side of the pipe, in process."""

import io
import resource
import sys
from pathlib import Path

import pytest

from engine import decode_child, pictures
from engine.cut_tiles import cut_tiles
from engine.decode_child import (
    ANSWER,
    PHOTO,
    READ,
    REFUSED,
    REQUEST,
    SIZE,
    TILES,
    lengths,
    serve,
)
from engine.tile_batch import Answer


@pytest.fixture(autouse=True)
def our_own_seconds():
    """The child's limit falls on whoever serves: here that is the whole test run."""
    before = resource.getrlimit(resource.RLIMIT_CPU)
    yield
    resource.setrlimit(resource.RLIMIT_CPU, before)


@pytest.fixture(autouse=True)
def nothing_asked(monkeypatch):
    """In place of the test run's own input, which is no pipe."""
    with Path("/dev/null").open() as nothing:
        monkeypatch.setattr(sys, "stdin", nothing)
        yield


def ask(*batches):
    """Answers (status, payload) to batches of (kind, tile_px, files)."""
    requests = b"".join(
        REQUEST.pack(kind, tile_px, len(files))
        + lengths(len(files)).pack(*map(len, files))
        + b"".join(files)
        for kind, tile_px, files in batches
    )
    out = io.BytesIO()
    serve(io.BytesIO(requests), out)
    out.seek(0)
    answers = []
    while header := out.read(ANSWER.size):
        status, length = ANSWER.unpack(header)
        answers.append((status, out.read(length)))
    return answers


def test_one_answer_a_file_in_order(encoded, corners):
    data = encoded(corners, "PNG")
    answers = ask((PHOTO, 0, [data, b"text", data]), (PHOTO, 0, [data]), (PHOTO, 0, [b""]))
    assert [status for status, _ in answers] == [READ, REFUSED, READ, READ, REFUSED]
    for read in (answers[0], answers[2], answers[3]):
        assert read[1] == SIZE.pack(40, 60) + corners.tobytes()
    assert b"whatever its name says" in answers[1][1]
    assert b"empty" in answers[4][1]


def test_one_answer_to_all_tiles_together(encoded, corners):
    data = encoded(corners, "PNG")
    [(status, payload)] = ask((TILES, 32, [data, b"text", data]))
    answer = Answer.unpack(payload)
    assert status == READ
    assert answer.pack() == cut_tiles([data, b"text", data], 32).pack()
    assert answer.taken.tolist() == [True, False, True]


@pytest.mark.parametrize(
    ("raised", "words"),
    [
        (MemoryError(), b"more memory"),
        (IndexError("in a decoder"), b"damaged"),
        (OSError(), b"damaged"),
    ],
)
def test_whatever_a_decoder_raises_is_a_refusal(monkeypatch, raised, words):
    def photo(data):
        raise raised

    monkeypatch.setattr(pictures, "photo", photo)
    [(status, sentence)] = ask((PHOTO, 0, [b"x"]))
    assert status == REFUSED
    assert words in sentence


@pytest.mark.parametrize(
    "data",
    [b"\xff\xd8\xff\xe0 and nothing else", b"RIFF\x00\x00\x00\x00WEBPVP8 ", b"\x89PNG\r\n\x1a\n"],
)
def test_the_beginning_of_a_picture_is_a_damaged_one(data):
    assert ask((PHOTO, 0, [data])) == [(REFUSED, pictures.DAMAGED.encode())]
    assert bytes(cut_tiles([data], 32).bodies) == pictures.DAMAGED.encode()


def test_limits_are_set_before_anything_is_read(monkeypatch):
    set_limits, served = {}, []
    monkeypatch.setattr(resource, "setrlimit", lambda what, value: set_limits.update({what: value}))
    monkeypatch.setattr(resource, "getrlimit", lambda what: (0, resource.RLIM_INFINITY))
    monkeypatch.setattr(decode_child, "serve", lambda *pipes: served.append(dict(set_limits)))
    decode_child.main()
    assert served == [
        {
            resource.RLIMIT_AS: (2 * 2**30, 2 * 2**30),
            resource.RLIMIT_CORE: (0, 0),
            resource.RLIMIT_FSIZE: (0, 0),
        }
    ]


def test_a_stricter_machine_keeps_its_limits(monkeypatch):
    set_limits = {}
    monkeypatch.setattr(resource, "setrlimit", lambda what, value: set_limits.update({what: value}))
    monkeypatch.setattr(resource, "getrlimit", lambda what: (10, 10))
    monkeypatch.setattr(decode_child, "serve", lambda *pipes: None)
    decode_child.main()
    assert set_limits[resource.RLIMIT_AS] == (10, 10)
    set_limits.clear()
    ask((TILES, 32, [b"x"]))
    assert (
        set_limits == {}
    )  # its CPU seconds are fewer than ours: the kernel holds to them by itself
