"""A real child over real pipes: its limits, and what is left when it is killed."""

import os
import resource
import signal
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from engine.decode import read_photo
from engine.decode_child import PHOTO, SIZE
from engine.decoder import SLOW, STOPPED, Decoder
from engine.errors import Unreadable
from engine.limits import CHILD_ADDRESS_SPACE, FILE_CPU_SECONDS
from engine.pictures import HUNGRY


@pytest.fixture
def decoder():
    with closing(Decoder()) as decoder:
        yield decoder


@pytest.fixture
def small(encoded, corners):
    return encoded(corners, "PNG")


def limits(pid):
    lines = Path(f"/proc/{pid}/limits").read_text().splitlines()[1:]
    return {line[:25].strip(): line[26:46].strip() for line in lines}


def test_the_child_has_limits_and_no_secrets(decoder, small, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "of the parent")
    list(decoder.decode(PHOTO, [small]))
    held = limits(decoder.pid)
    assert held["Max address space"] == str(CHILD_ADDRESS_SPACE)
    assert held["Max core file size"] == "0"
    assert held["Max file size"] == "0"
    assert FILE_CPU_SECONDS <= int(held["Max cpu time"]) <= FILE_CPU_SECONDS + 5
    assert b"SECRET_KEY" not in Path(f"/proc/{decoder.pid}/environ").read_bytes()


def test_too_much_memory_costs_one_picture(decoder, small, encoded):
    """Given 64 MB more than it has, the child cannot hold 40 megapixels; the next picture is read."""
    list(decoder.decode(PHOTO, [small]))
    pages = int(Path(f"/proc/{decoder.pid}/statm").read_text().split()[0])
    room = pages * resource.getpagesize() + 64 * 2**20
    resource.prlimit(decoder.pid, resource.RLIMIT_AS, (room, room))
    large = encoded(np.zeros((5_000, 8_000, 3), np.uint8), "PNG", compress_level=1)
    refused, read = decoder.decode(PHOTO, [large, small])
    assert isinstance(refused, Unreadable)
    assert str(refused) == HUNGRY
    assert SIZE.unpack_from(read) == (40, 60)


def test_kill_in_the_middle_of_a_batch_costs_one_file(decoder, encoded, astronaut):
    """Forty-eight thousand bytes an answer: the pipe is full long before 200 files are done."""
    files = [encoded(astronaut[:128, i : i + 128], quality=95) for i in range(200)]
    answers = decoder.decode(PHOTO, files)
    first = next(answers)
    killed = decoder.pid
    os.kill(killed, signal.SIGKILL)
    rest = list(answers)
    assert not isinstance(first, Unreadable)
    assert len(rest) == 199
    assert [str(answer) for answer in rest if isinstance(answer, Unreadable)] == [STOPPED]
    assert decoder.pid != killed


def test_killed_between_batches_costs_one_file(decoder, small):
    list(decoder.decode(PHOTO, [small]))
    os.kill(decoder.pid, signal.SIGKILL)
    os.waitid(os.P_PID, decoder.pid, os.WEXITED | os.WNOWAIT)
    answers = list(decoder.decode(PHOTO, [small, small]))
    assert [isinstance(answer, Unreadable) for answer in answers] == [True, False]


def test_a_child_that_hangs_is_ended(small):
    with closing(Decoder(wall_seconds=60)) as decoder:
        list(decoder.decode(PHOTO, [small]))
        hung = decoder.pid
        os.kill(hung, signal.SIGSTOP)
        decoder._wall_seconds = 0.01
        [answer] = decoder.decode(PHOTO, [small])
        assert str(answer) == SLOW
        assert not Path(f"/proc/{hung}").exists()


def test_the_child_starts_when_needed_and_ends_when_closed(small):
    decoder = Decoder()
    assert decoder.pid is None
    list(decoder.decode(PHOTO, [small]))
    child = decoder.pid
    decoder.close()
    decoder.close()
    assert decoder.pid is None
    assert not Path(f"/proc/{child}").exists()


def test_the_child_ends_with_its_parent(decoder, small):
    """Its requests end when nobody holds the other end of the pipe."""
    list(decoder.decode(PHOTO, [small]))
    process = decoder._child.process
    process.stdin.close()
    assert process.wait(timeout=30) == 0


def killed_once(monkeypatch):
    """The first child dies before it answers, through no fault of the picture."""
    start, killed = Decoder._start, []

    def start_and_kill(decoder):
        child = start(decoder)
        if not killed:
            killed.append(child.process.pid)
            child.process.kill()
        return child

    monkeypatch.setattr(Decoder, "_start", start_and_kill)
    return killed


def test_a_photo_is_not_blamed_for_a_child_that_was_killed(monkeypatch, tmp_path, small, corners):
    (tmp_path / "photo.png").write_bytes(small)
    killed = killed_once(monkeypatch)
    assert read_photo(tmp_path / "photo.png").shape == corners.shape
    assert killed


def test_a_single_tile_is_not_blamed_either(monkeypatch, small):
    killed = killed_once(monkeypatch)
    with closing(Decoder()) as decoder:
        [answer] = decoder.tiles([small], 16)
    assert killed
    assert answer.taken.all()
