"""Films opened and gone through, in process; that a child does it is another file's matter."""

from fractions import Fraction

import av
import numpy as np
import pytest

from engine import film as room
from engine.errors import TooLarge, Unreadable
from engine.film import EMPTY, NO_FILM, NO_FRAME, NO_PICTURE, inspect, silent
from engine.film_frames import frames, key_frames
from engine.frame import upright
from engine.sampling import SampleTimes
from tests.unit.engine.films import every_second, make_film, shot, sound

FORMS = {
    "h264.mp4": {"codec": "libx264"},
    "h265.mov": {"codec": "libx265", "stream_options": {"x265-params": "log-level=none"}},
    "h264.mkv": {"codec": "libx264"},
    "open-gop.mkv": {
        "codec": "libx264",
        "stream_options": {"x264-params": "open-gop=1:keyint=30:bframes=3:preset=fast"},
    },
    "vp9.webm": {
        "codec": "libvpx-vp9",
        "stream_options": {"deadline": "realtime", "cpu-used": "8"},
    },
    "vp8.mkv": {"codec": "libvpx"},
    "mpeg4.mp4": {"codec": "mpeg4"},
    "prores.mov": {"codec": "prores_ks", "pix_fmt": "yuv422p10le"},
    "ten-bits.mp4": {"codec": "libx264", "pix_fmt": "yuv420p10le"},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("films")


@pytest.fixture(scope="module", params=FORMS)
def film(request, folder):
    """Eight seconds, each of another picture."""
    return make_film(
        folder / request.param, map(every_second(), range(200)), **FORMS[request.param]
    )


def test_every_frame_comes_once_and_in_order(film):
    found = list(frames(inspect(film), 0, silent))
    times = [ms for ms, _ in found]
    assert len(times) == 200
    assert times == pytest.approx([40 * i for i in range(200)], abs=1)


def test_a_frame_shows_what_was_put_in(film):
    known = inspect(film)
    for ms, frame in frames(known, 0, silent):
        if ms % 1000 == 480:
            seen = upright(frame, known.aspect, short=90).astype(int)
            assert np.abs(seen[:72] - shot(ms // 1000)[:72]).mean() < 14


@pytest.mark.parametrize("start", [1, 1_500, 3_999, 4_000, 7_990])
def test_reading_from_any_time_gives_the_same_frames(film, start):
    known = inspect(film)
    whole = {
        ms: frame.to_ndarray(format="gray").tobytes() for ms, frame in frames(known, 0, silent)
    }
    late = {
        ms: frame.to_ndarray(format="gray").tobytes() for ms, frame in frames(known, start, silent)
    }
    assert min(late) <= start
    assert late == {ms: data for ms, data in whole.items() if ms >= min(late)}


def test_key_frames_are_those_of_the_whole(film):
    known = inspect(film)
    whole = {
        ms: frame.to_ndarray(format="gray").tobytes() for ms, frame in frames(known, 0, silent)
    }
    keys = [ms for ms, frame in frames(known, 0, silent) if frame.key_frame]
    found = dict(key_frames(known, 0, SampleTimes(Fraction(25)), silent))
    assert list(found) == keys
    assert all(f.to_ndarray(format="gray").tobytes() == whole[ms] for ms, f in found.items())
    late = [ms for ms, _ in key_frames(known, 5_000, SampleTimes(Fraction(25)), silent)]
    assert late == [ms for ms in keys if ms >= late[0]]
    assert late[0] <= max(ms for ms in keys if ms <= 5_000)


def test_what_is_known_of_a_film_before_it_is_read(film):
    known = inspect(film)
    assert known.length_ms == pytest.approx(8_000, abs=50)
    assert known.frame_ms == 40
    assert known.aspect == 1
    assert known.keys_ms[0] == pytest.approx(0, abs=100)


@pytest.mark.parametrize("ms", [0, 1, 39, 41, 7_999])
def test_a_time_and_its_stamp(film, ms):
    known = inspect(film)
    assert known.ms(known.stamp(ms)) <= ms
    assert known.ms(known.stamp(ms) + 1) >= ms


def test_an_index_that_leads_astray_is_not_followed(folder, monkeypatch):
    """Sought at 6 s, this one lands at 7: too late for what is wanted, so reading begins at the beginning."""
    known = inspect(
        make_film(
            folder / "astray.mp4",
            map(every_second(), range(200)),
            setup=lambda s: setattr(s.codec_context, "gop_size", 25),
        )
    )
    seek = av.container.InputContainer.seek

    class Astray:
        def __init__(self, container):
            self._container = container

        def __getattr__(self, name):
            return getattr(self._container, name)

        def seek(self, stamp, **options):
            seek(self._container, stamp * 7 // 5, **options)

    opened = av.open
    monkeypatch.setattr(room.av, "open", lambda *a, **o: Astray(opened(*a, **o)))
    assert next(frames(known, 6_000, silent))[0] == 0


def test_a_film_whose_zero_is_late(folder):
    times = [90_000 + 40 * i for i in range(60)]
    path = make_film(folder / "late.mkv", map(every_second(), range(60)), times=times)
    known = inspect(path)
    assert [ms for ms, _ in frames(known, 0, silent)] == [40 * i for i in range(60)]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", EMPTY),
        (b"Dear film", NO_FILM),
        (b"\x00\x00\x00\x18ftypisom" + bytes(500), NO_FILM),
        (b"\x1aE\xdf\xa3" + bytes(99), NO_FILM),
        (b"RIFF\0\0\0\0AVI LIST", NO_FILM),
    ],
)
def test_what_is_no_film_is_named(tmp_path, data, words):
    path = tmp_path / "film.mp4"
    path.write_bytes(data)
    with pytest.raises(Unreadable) as raised:
        inspect(path)
    assert str(raised.value) == words


def test_a_film_of_another_kind_is_named(tmp_path):
    path = make_film(tmp_path / "film.avi", map(shot, range(3)), codec="mpeg4")
    with pytest.raises(Unreadable, match="MP4, MOV, MKV and WebM films are read"):
        inspect(path.rename(tmp_path / "film.mp4"))


@pytest.mark.parametrize("cover", [None, shot(1)], ids=["sound", "sound and cover"])
def test_sound_alone_is_named(tmp_path, cover):
    with pytest.raises(Unreadable) as raised:
        inspect(sound(tmp_path / "film.mp4", cover=cover))
    assert str(raised.value) == NO_PICTURE


def test_a_title_in_any_bytes_is_no_hindrance(tmp_path):
    def setup(stream):
        stream.container.metadata["title"] = stream.metadata["title"] = "Sommer"

    path = make_film(tmp_path / "film.mkv", map(shot, range(5)), setup=setup)
    assert b"Sommer" in path.read_bytes()
    path.write_bytes(path.read_bytes().replace(b"Sommer", b"\xd6sterr"))
    assert inspect(path).length_ms == 200


def test_a_picture_packed_in_an_unknown_way_is_named(tmp_path):
    path = make_film(tmp_path / "film.mkv", map(shot, range(5)))
    path.write_bytes(path.read_bytes().replace(b"V_MPEG4/ISO/AVC", b"V_NOBODY/KNOWS/"))
    with pytest.raises(Unreadable) as raised:
        inspect(path)
    assert str(raised.value) == NO_FRAME


def test_too_many_pixels_are_refused_by_the_header(tmp_path, monkeypatch):
    path = make_film(tmp_path / "film.mp4", [shot(1)])
    monkeypatch.setattr(room, "FILM_MAX_PIXELS", 160 * 90 - 1)
    with pytest.raises(TooLarge, match="more than 36 megapixels"):
        inspect(path)


def test_a_film_without_one_good_frame_is_named(tmp_path):
    path = make_film(tmp_path / "film.mp4", map(shot, range(3)), options={"movflags": "faststart"})
    data = path.read_bytes()
    start = data.index(b"mdat") + 4
    path.write_bytes(data[:start] + bytes(len(data) - start))
    with pytest.raises(Unreadable) as raised:
        inspect(path)
    assert str(raised.value) == NO_FRAME
