"""A film through a real child process: what it may do, and what is left when it is ended."""

import contextlib
import errno
import os
import select
import signal
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytest_socket import enable_socket

from engine import splice as room
from engine.child import Child
from engine.errors import BadSetting, Unreadable
from engine.film import EMPTY, NO_FILM, NO_PICTURE
from engine.film_child import NOTHING, PARTLY
from engine.film_options import FilmOptions
from engine.fingerprint import digest
from engine.limits import CHILD_ADDRESS_SPACE, FILM_CPU_SECONDS
from engine.splice import READING, SLOW, STOPPED, splice, still
from engine.types import Refusal, TileRead
from tests.unit.engine.films import every_second, make_film, shot, sound


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """Forty seconds; its index stands at the beginning, so that a part of it is a film, too."""
    path = tmp_path_factory.mktemp("films") / "holiday.mp4"
    return make_film(
        path, map(every_second(rate=10), range(400)), rate=10, options={"movflags": "faststart"}
    )


@pytest.fixture
def child(monkeypatch):
    """The child of the film that is being read."""
    started = []

    class Watched(Child):
        def __init__(self, module):
            super().__init__(module)
            started.append(self)

    monkeypatch.setattr(room, "Child", Watched)
    return lambda: started[-1].process


def picture(jpeg, tmp_path):
    (tmp_path / "one.jpg").write_bytes(jpeg)
    with Image.open(tmp_path / "one.jpg") as opened:
        return np.asarray(opened).astype(int), opened.info


def test_a_film_becomes_tiles(film, tmp_path):
    reads = list(splice(film))
    assert [read.time_ms for read in reads] == [1_000 * (i // 2) for i in range(80)]
    assert {read.name for read in reads} == {"holiday.mp4"}
    assert len({read.digest for read in reads}) == len({read.family for read in reads}) == 80
    first = reads[0]
    assert first.digest == digest(first.jpeg)
    assert first.thumb.shape == (5, 5, 3)
    pixels, info = picture(first.jpeg, tmp_path)
    assert pixels.shape == (90, 90, 3)
    assert np.abs(pixels[:72] - shot(0)[:72, :90]).mean() < 14
    assert set(info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    small = Image.fromarray(pixels.astype(np.uint8)).resize((5, 5), Image.Resampling.BOX)
    assert np.abs(np.asarray(small).astype(int) - first.thumb).mean() < 3


def test_a_film_may_be_called_otherwise_than_its_file(film, tmp_path):
    assert next(splice(film, name="Sommer.mp4")).name == "Sommer.mp4"
    (tmp_path / "empty").touch()
    assert list(splice(tmp_path / "empty", name="b.mp4")) == [Refusal("b.mp4", EMPTY)]


def known(read):
    return (read.time_ms, read.family, read.jpeg, read.phash)


def test_it_goes_on_where_it_was_left(film):
    whole = [known(read) for read in splice(film)]
    assert [known(read) for read in splice(film, start_ms=whole[21][0] + 1)] == whole[22:]


def test_options_reach_the_child(film):
    options = FilmOptions(frames_per_second=0.5, squares=3, families=False, tile_px=32)
    reads = list(splice(film, options))
    assert [read.time_ms for read in reads] == [2_000 * (i // 3) for i in range(60)]
    assert {read.family for read in reads} == {None}


def test_the_salient_square_of_a_film(tmp_path, astronaut):
    wall = np.pad(astronaut, ((0, 0), (0, 1_000), (0, 0)), constant_values=180)
    small = np.asarray(Image.fromarray(wall).resize((604, 204)))
    path = make_film(tmp_path / "face.mp4", [small] * 5)
    [read] = splice(path, FilmOptions(crop="salient", squares=2))
    face = np.asarray(Image.fromarray(astronaut).resize((5, 5), Image.Resampling.BOX)).astype(int)
    assert np.abs(read.thumb - face).mean() < 25


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"frames_per_second": 0.05}, "0.1 to 5"),
        ({"frames_per_second": float("nan")}, "0.1 to 5"),
        ({"frames_per_second": 6}, "0.1 to 5"),
        ({"squares": 0}, "1 to 7"),
        ({"squares": 8}, "1 to 7"),
    ],
)
def test_options_have_bounds(wrong, words):
    with pytest.raises(BadSetting, match=words):
        FilmOptions(**wrong)


def test_progress_is_told_and_ends_the_work(film, child):
    told = []
    list(splice(film, progress=lambda *news: told.append(news)))
    assert {stage for stage, _ in told} == {READING}
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert 0 <= shares[0] <= shares[-1] <= 1

    def cancelled(stage, share):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        list(splice(film, progress=cancelled))
    assert not Path(f"/proc/{child().pid}").exists()


def test_leaving_early_ends_the_child(film, child):
    reads = splice(film)
    next(reads)
    assert child().poll() is None
    reads.close()
    assert not Path(f"/proc/{child().pid}").exists()


def test_a_child_that_dies_leaves_what_it_gave(film, child):
    reads = splice(film, FilmOptions(frames_per_second=5, squares=7))
    first = next(reads)
    os.kill(child().pid, signal.SIGKILL)
    *rest, last = reads
    assert isinstance(first, TileRead)
    assert all(isinstance(read, TileRead) for read in rest)
    assert last == Refusal("holiday.mp4", STOPPED)


def test_a_child_that_hangs_is_ended(film, child, monkeypatch):
    reads = splice(film, FilmOptions(frames_per_second=5, squares=7))
    next(reads)
    os.kill(child().pid, signal.SIGSTOP)
    monkeypatch.setattr(room, "FILM_WALL_SECONDS", 0.01)
    *_, last = reads
    assert last == Refusal("holiday.mp4", SLOW)
    assert not Path(f"/proc/{child().pid}").exists()


def test_the_child_has_limits_and_no_secrets(film, child, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "of the parent")
    with closing(splice(film)) as reads:
        next(reads)
        pid = child().pid
        lines = Path(f"/proc/{pid}/limits").read_text().splitlines()[1:]
        held = {line[:25].strip(): line[26:46].strip() for line in lines}
        assert held["Max address space"] == str(CHILD_ADDRESS_SPACE)
        assert held["Max file size"] == held["Max core file size"] == "0"
        assert int(held["Max open files"]) < 20
        assert FILM_CPU_SECONDS <= int(held["Max cpu time"]) <= FILM_CPU_SECONDS + 30
        assert b"SECRET_KEY" not in Path(f"/proc/{pid}/environ").read_bytes()


def test_the_child_ends_with_its_parent(film):
    """Nobody reads its answers any more: it hears of it at the next one."""
    code = "import sys, time; from pathlib import Path; from engine.splice import splice\nreads = splice(Path(sys.argv[1])); next(reads); import engine.splice, gc\n[c] = [o for o in gc.get_objects() if type(o).__name__ == 'Child']; print(c.process.pid, flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code, film], stdout=subprocess.PIPE) as parent:
        pid = int(parent.stdout.readline())
        handle = os.pidfd_open(pid)
        parent.kill()
    assert select.select([handle], [], [], 30)[0] == [handle]
    os.close(handle)


PLAYLISTS = {
    "hls": "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{url}\n#EXTINF:5,\n{file}\n#EXT-X-ENDLIST\n",
    "concat": "ffconcat version 1.0\nfile '{file}'\nfile '{url}'\n",
    "dash": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT5S"><Period><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1"><BaseURL>{url}</BaseURL></Representation></AdaptationSet></Period></MPD>',
    "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video {port} RTP/AVP 96\na=rtpmap:96 H264/90000\n",
    "reference movie": None,
}


def reference_movie(url):
    """A MOV that says no more than where the real one is."""

    def atom(kind, body):
        return (len(body) + 8).to_bytes(4) + kind + body

    where = bytes(4) + b"url " + (len(url) + 1).to_bytes(4) + url.encode() + b"\0"
    return atom(b"ftyp", b"qt  " + bytes(4)) + atom(
        b"moov", atom(b"rmra", atom(b"rmda", atom(b"rdrf", where)))
    )


@pytest.fixture
def trap(film, tmp_path):
    """A film that a playlist names and a server that it names, and which of them somebody came to."""
    enable_socket()
    canary = tmp_path / "canary.mp4"
    canary.write_bytes(film.read_bytes())
    os.utime(canary, ns=(0, 0))
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        port = server.getsockname()[1]

        def write(kind):
            url = f"http://127.0.0.1:{port}/film.ts"
            text = PLAYLISTS[kind]
            data = (
                text.format(url=url, file=canary, port=port).encode()
                if text
                else reference_movie(url)
            )
            playlist = tmp_path / "holiday.mp4"
            playlist.write_bytes(data)
            return playlist

        def sprung():
            came = []
            with contextlib.suppress(BlockingIOError):
                server.accept()[0].close()
                came.append("connection")
            return [*came, *(["file"] if canary.stat().st_atime_ns else [])]

        yield write, sprung


@pytest.mark.parametrize("kind", PLAYLISTS)
@pytest.mark.parametrize("reader", ["splice", "still"])
def test_a_playlist_opens_no_file_and_no_connection(kind, reader, trap):
    write, sprung = trap
    playlist = write(kind)
    words = NO_PICTURE if kind == "reference movie" else NO_FILM
    if reader == "splice":
        assert list(splice(playlist)) == [Refusal("holiday.mp4", words)]
    else:
        with pytest.raises(Unreadable) as raised:
            still(playlist, 0)
        assert str(raised.value) == words
    assert sprung() == []


@pytest.mark.parametrize(("kind", "comes"), [("hls", "connection"), ("concat", "file")])
def test_the_trap_would_have_sprung(kind, comes, trap):
    """The same playlists, opened without our lists."""
    write, sprung = trap
    code = (
        "import av, sys; options = {'safe': '0', 'allowed_extensions': 'ALL', 'extension_picky': '0', 'protocol_whitelist': 'file,http,tcp'}\n"
        "av.open(sys.argv[1], options=options, format=sys.argv[2], timeout=1)\n"
    )
    subprocess.run(
        [sys.executable, "-c", code, write(kind), kind], check=False, capture_output=True
    )
    assert comes in sprung()


def test_the_child_may_have_one_more_file_open_and_no_connection(film, tmp_path):
    """Whatever FFmpeg's lists let through: after the film, the process itself can open nothing."""
    code = (
        "import sys, socket; from engine.film_child import one_more_file\n"
        "one_more_file(); film = open(sys.argv[1])\n"
        "for open_it in (lambda: open(sys.argv[1]), socket.socket):\n"
        "    try: open_it()\n"
        "    except OSError as error: print(error.errno)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, film], check=True, capture_output=True, text=True
    )
    assert done.stdout.split() == [str(errno.EMFILE)] * 2


@pytest.mark.parametrize(("data", "words"), [(b"", EMPTY), (b"Dear film", NO_FILM)])
def test_what_is_no_film_is_a_refusal(tmp_path, data, words):
    path = tmp_path / "holiday.mp4"
    path.write_bytes(data)
    assert list(splice(path)) == [Refusal("holiday.mp4", words)]


@pytest.mark.parametrize("how", ["cut off", "zeros"])
def test_a_broken_tail_costs_the_tail(film, tmp_path, how):
    data = film.read_bytes()
    half = len(data) // 2
    path = tmp_path / "half.mp4"
    path.write_bytes(data[:half] + (bytes(len(data) - half) if how == "zeros" else b""))
    *reads, last = splice(path)
    whole = list(splice(film))
    assert 20 < len(reads) < 60
    assert [known(read) for read in reads[:-2]] == [known(read) for read in whole[: len(reads) - 2]]
    assert isinstance(last, Refusal)
    assert last.reason.startswith("The picture of this film ends at 0:00:")
    assert "though the film says 0:00:40. The tiles up to there are kept." in last.reason


def test_an_mkv_that_breaks_off(tmp_path):
    path = make_film(tmp_path / "film.mkv", map(every_second(rate=10), range(400)), rate=10)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    *reads, last = splice(path)
    assert 20 < len(reads) < 60
    assert "though the film says 0:00:40" in last.reason
    late = [read for read in splice(path, start_ms=9_001) if isinstance(read, TileRead)]
    assert [known(read) for read in late] == [known(read) for read in reads if read.time_ms > 9_000]


def test_an_index_at_the_end_that_is_missing(tmp_path):
    path = make_film(tmp_path / "film.mp4", map(shot, range(30)))
    path.write_bytes(path.read_bytes()[:-1_000])
    assert list(splice(path)) == [Refusal("film.mp4", NO_FILM)]


def test_damage_in_the_middle_costs_the_middle(film, tmp_path):
    data = bytearray(film.read_bytes())
    third = len(data) // 3
    data[third : third + len(data) // 10] = bytes(len(data) // 10)
    path = tmp_path / "film.mp4"
    path.write_bytes(data)
    *reads, last = splice(path)
    times = {read.time_ms for read in reads}
    assert last == Refusal("film.mp4", PARTLY)
    assert {0, 1_000, 38_000, 39_000} <= times
    assert len(times) >= 25


def test_a_film_of_black_alone_says_so(tmp_path):
    path = make_film(tmp_path / "night.mp4", [np.zeros((90, 160, 3), np.uint8)] * 60)
    assert list(splice(path)) == [Refusal("night.mp4", NOTHING)]
    assert len(list(splice(path, FilmOptions(skip_dull=False)))) == 6
    assert list(splice(path, start_ms=1_000)) == []


@pytest.mark.parametrize(
    "name", ["http:film.mp4", "concat:a|b.mp4", "%03d.mp4", "Ünï – ✓.mp4", b"\xff\xfe.mp4"]
)
def test_a_film_of_any_name(tmp_path, film, name):
    path = tmp_path / os.fsdecode(name)
    path.write_bytes(film.read_bytes())
    reads = list(splice(path, FilmOptions(frames_per_second=0.1)))
    assert len(reads) == 8
    assert {read.name for read in reads} == {path.name}


def test_a_still_shows_the_frame_of_a_tile(film, tmp_path):
    """Larger than the tile, and the very frame: its bar says which of the second it is."""
    for read in list(splice(film, FilmOptions(frames_per_second=3)))[:40:8]:
        pixels, info = picture(still(film, read.time_ms), tmp_path)
        assert pixels.shape == (90, 160, 3)
        assert set(info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        wanted = every_second(rate=10)(read.time_ms // 100).astype(int)
        assert np.abs(pixels - wanted).mean() < 14
        assert (pixels[-5, :, 0] > 240).sum() >= 4 * (read.time_ms // 100 % 10)


@pytest.mark.parametrize(("time_ms", "second"), [(-5, 0), (0, 0), (12_345, 12), (10**9, 39)])
def test_a_still_at_any_time(film, tmp_path, time_ms, second):
    pixels, _ = picture(still(film, time_ms), tmp_path)
    assert np.abs(pixels[:72] - shot(second)[:72]).mean() < 14


def test_a_still_is_as_large_as_is_asked_for(film, tmp_path):
    pixels, _ = picture(still(film, 0, 80), tmp_path)
    assert pixels.shape == (45, 80, 3)


def test_a_still_of_sound_is_refused(tmp_path):
    with pytest.raises(Unreadable) as raised:
        still(sound(tmp_path / "song.mp4"), 0)
    assert str(raised.value) == NO_PICTURE
    assert list(splice(tmp_path / "song.mp4")) == [Refusal("song.mp4", NO_PICTURE)]
