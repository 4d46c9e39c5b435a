"""The film child's side of the pipe, in process."""

import io
import os
import resource

import pytest
from PIL import Image

from engine import film_child
from engine.decode_child import ANSWER, READ, REFUSED
from engine.errors import Unreadable
from engine.film_child import ALIVE, DAMAGED, DONE, HUNGRY, SHARE, TILE_HEAD, answer, one_more_file
from engine.film_options import FilmOptions
from engine.tile import unpack
from tests.unit.engine.films import every_second, make_film


@pytest.fixture(autouse=True)
def limits(monkeypatch):
    """What the child would have limited: here that is the whole test run."""
    held = {}
    monkeypatch.setattr(resource, "setrlimit", lambda what, value: held.update({what: value}))
    return held


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    path = tmp_path_factory.mktemp("films") / "film.mkv"
    return make_film(path, map(every_second(rate=10), range(100)), rate=10)


def ask(**request):
    """Answers as (status, payload)."""
    out = io.BytesIO()
    answer(request, film_child._Answers(out))
    out.seek(0)
    answers = []
    while header := out.read(ANSWER.size):
        status, length = ANSWER.unpack(header)
        answers.append((status, out.read(length)))
    return answers


def tiles(film, start_ms=0, **options):
    request = {"crop": "centre", "squares": 2, **options}
    return ask(path=str(film), options=request, start_ms=start_ms)


def test_tiles_come_with_their_times_and_then_the_end(film):
    answers = tiles(film)
    given = [payload for status, payload in answers if status == READ]
    heads = [TILE_HEAD.unpack_from(payload) for payload in given]
    assert [ms for ms, _ in heads] == [1_000 * (i // 2) for i in range(20)]
    assert [family for _, family in heads] == [8 * (i // 2) + i % 2 for i in range(20)]
    assert unpack(given[0][TILE_HEAD.size :]).jpeg.startswith(b"\xff\xd8")
    assert answers[0] == (ALIVE, SHARE.pack(0))
    assert answers[-1] == (DONE, b"")


def test_what_is_kept_open_is_counted_once_all_is_imported(film, limits):
    tiles(film, crop="salient")
    soft, hard = limits[resource.RLIMIT_NOFILE]
    assert soft == hard
    lowest = os.open("/dev/null", os.O_RDONLY)
    os.close(lowest)
    assert soft == lowest + 1


def test_seconds_are_counted_anew_as_reading_goes_on(film, limits):
    limits.clear()
    tiles(film)
    assert resource.RLIMIT_CPU in limits


def test_a_still(film):
    answers = ask(path=str(film), time_ms=4_500, long_side=80)
    [jpeg] = [payload for status, payload in answers if status == READ]
    with Image.open(io.BytesIO(jpeg)) as picture:
        assert picture.size == (80, 45)
    assert answers[-1] == (DONE, b"")


@pytest.mark.parametrize(
    ("raised", "sentence"),
    [
        (Unreadable("No film."), "No film."),
        (MemoryError(), HUNGRY),
        (IndexError("in a decoder"), DAMAGED),
        (OSError(5, "on a disk"), DAMAGED),
    ],
)
def test_whatever_is_raised_is_a_sentence(film, monkeypatch, raised, sentence):
    def inspect(path):
        raise raised

    monkeypatch.setattr(film_child, "inspect", inspect)
    assert tiles(film) == [(REFUSED, sentence.encode())]


def test_a_parent_that_is_gone_is_told_nothing(film, monkeypatch):
    def gone(*_):
        raise BrokenPipeError

    monkeypatch.setattr(film_child._Answers, "send", gone)
    with pytest.raises(BrokenPipeError):
        tiles(film)


def test_the_child_reads_one_request(film, monkeypatch):
    asked = []
    line = b'{"path": "/a/film", "time_ms": 3, "long_side": 80}\nand more'

    class Pipe:
        buffer = io.BytesIO(line)

    monkeypatch.setattr(film_child.sys, "stdin", Pipe)
    monkeypatch.setattr(film_child.sys, "stdout", Pipe)
    monkeypatch.setattr(film_child, "answer", lambda request, answers: asked.append(request))
    film_child.main()
    assert asked == [{"path": "/a/film", "time_ms": 3, "long_side": 80}]


def test_options_of_a_child_are_checked_again(film):
    assert tiles(film, squares=99) == [(REFUSED, DAMAGED.encode())]
    assert FilmOptions().squares == 2


def test_only_what_is_needed_is_allowed(limits):
    one_more_file()
    assert list(limits) == [resource.RLIMIT_NOFILE]
