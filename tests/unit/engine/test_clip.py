"""Some seconds of a film as a film."""

import io

import av
import numpy as np
import pytest

from engine import clip
from engine.errors import Unreadable
from engine.film import NO_FILM, NO_PICTURE, inspect, silent
from engine.splice import excerpt
from tests.unit.engine.films import every_second, make_film, shot, sound


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """Ten seconds with another picture each, 25 frames a second, and a name in its metadata."""
    path = tmp_path_factory.mktemp("clip") / "Lake.mp4"
    return make_film(path, map(every_second(), range(250)))


def frames(body):
    with av.open(io.BytesIO(body)) as film:
        assert not film.streams.audio
        return [(frame.time, frame.to_ndarray(format="rgb24")) for frame in film.decode(video=0)]


def wrong(pixels, number):
    """How far a frame is from the picture of a second, but for its bar."""
    return np.abs(pixels[:72].astype(int) - shot(number)[:72]).mean()


@pytest.mark.parametrize(
    ("span", "first", "count"),
    [((3_000, 7_000), 3, 100), ((-500, 1_000), 0, 25), ((8_000, 12_000), 8, 50)],
)
def test_it_shows_what_the_film_shows_between_two_times(film, span, first, count):
    seen = frames(excerpt(film, *span))
    assert [round(time * 25) for time, _ in seen] == list(range(count))
    for i, (_, pixels) in enumerate(seen):
        assert pixels.shape == (90, 160, 3)
        assert wrong(pixels, first + i // 25) < 14


def test_after_the_end_there_is_the_last_frame(film):
    [(time, pixels)] = frames(excerpt(film, 10**8, 10**8 + 4_000))
    assert time == 0
    assert wrong(pixels, 9) < 14


def test_it_says_nothing_that_the_film_says_of_itself(film, tmp_path):
    told = tmp_path / "told.mp4"
    with av.open(str(film)) as source, av.open(str(told), "w") as out:
        out.metadata["title"], out.metadata["comment"] = "Grandma", "At the lake"
        stream = out.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                out.mux(packet)
    assert b"Grandma" in told.read_bytes()
    body = excerpt(told, 1_000, 2_000)
    assert not any(word in body for word in (b"Grandma", b"lake", b"Lavf"))


def test_a_browser_can_play_it_before_it_has_it_all(film):
    body = excerpt(film, 0, 4_000)
    assert body.index(b"moov") < 40
    assert clip.is_mp4(body)


def test_many_frames_a_second_are_thinned(tmp_path):
    quick = make_film(tmp_path / "quick.mp4", (shot(i // 60) for i in range(180)), rate=60)
    times = [time for time, _ in frames(excerpt(quick, 500, 2_500))]
    assert 55 <= len(times) <= 61
    assert times[-1] == pytest.approx(2.0, abs=0.05)


def test_what_stands_still_lasts_as_long(tmp_path):
    slides = make_film(tmp_path / "slides.mp4", map(shot, range(3)), times=[0, 9_000, 18_000])
    seen = frames(excerpt(slides, 7_000, 11_000))
    assert [round(time, 2) for time, _ in seen] == [0.0, 2.0, 3.97]
    with av.open(io.BytesIO(excerpt(slides, 7_000, 11_000))) as clipped:
        assert clipped.duration == 4_000_000
    for (_, pixels), number in zip(seen, (0, 1, 1), strict=True):
        assert wrong(pixels, number) < 14


def test_it_is_small_and_has_even_sides(tmp_path):
    wide = make_film(tmp_path / "wide.mp4", (shot(1, (1280, 720)) for _ in range(10)))
    [(_, pixels), *_] = frames(excerpt(wide, 0, 1_000))
    assert pixels.shape == (360, 640, 3)
    [(_, pixels), *_] = frames(excerpt(wide, 0, 1_000, 75))
    assert pixels.shape == (42, 74, 3)


def test_where_there_is_no_h264_it_is_webm(film):
    body = clip.clip(inspect(film), 3_000, 5_000, 640, silent, how=clip.WEBM)
    assert not clip.is_mp4(body)
    seen = frames(body)
    assert len(seen) == 50
    assert all(wrong(pixels, 3 + i // 25) < 16 for i, (_, pixels) in enumerate(seen))


def test_what_is_no_film_is_refused(tmp_path):
    (tmp_path / "no.mp4").write_bytes(b"#EXTM3U\nhttp://127.0.0.1/a.mp4\n" * 9)
    for path, sentence in ((tmp_path / "no.mp4", NO_FILM), (sound(tmp_path / "a.mp4"), NO_PICTURE)):
        with pytest.raises(Unreadable) as raised:
            excerpt(path, 0, 4_000)
        assert str(raised.value) == sentence
