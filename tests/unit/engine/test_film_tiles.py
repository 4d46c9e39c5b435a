"""Which tiles a film gives, in process."""

import io
import struct
from fractions import Fraction

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from engine.film import inspect, silent
from engine.film_options import FilmOptions
from engine.film_tiles import by_key_frames, film_tiles, row_of_boxes
from engine.sampling import SampleTimes
from tests.unit.engine.films import every_second, make_film, shot

SPARSE = {"x264-params": "keyint=100:min-keyint=100:scenecut=0"}
DENSE = {"x264-params": "keyint=20:min-keyint=20:scenecut=0"}
PLAIN = FilmOptions(skip_dull=False)


def tiles(path, options=PLAIN, start_ms=0, **more):
    return list(film_tiles(inspect(path), options, start_ms, silent, **more))


def times(path, options=PLAIN, start_ms=0):
    return sorted({tile.time_ms for tile in tiles(path, options, start_ms)})


def pixels(tile):
    return np.asarray(Image.open(io.BytesIO(tile.tile.jpeg))).astype(int)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("films")


@pytest.fixture(scope="module")
def long_film(folder):
    """Three minutes at ten frames a second, key frames ten seconds apart, shots of 1 to 4 seconds."""
    lengths = np.random.default_rng(0).integers(1, 5, 180)
    numbers = np.repeat(np.arange(len(lengths)), lengths * 10)[:1800]
    pictures = (shot(number) for number in numbers)
    return make_film(folder / "long.mkv", pictures, rate=10, stream_options=SPARSE)


@pytest.fixture(scope="module")
def dense_film(folder):
    """Three minutes at ten frames a second, key frames two seconds apart, a new picture each second."""
    pictures = map(every_second(rate=10), range(1800))
    return make_film(folder / "dense.mp4", pictures, rate=10, stream_options=DENSE)


@pytest.mark.parametrize(
    "start", [1, 1_000, 30_500, 59_999, 60_000, 60_001, 61_000, 120_000, 150_250, 179_000]
)
@pytest.mark.parametrize(
    "options",
    [
        FilmOptions(),
        FilmOptions(frames_per_second=3, squares=1),
        FilmOptions(frames_per_second=0.3),
    ],
)
def test_from_any_time_on_it_gives_the_tail_of_the_whole(long_film, options, start):
    assert not by_key_frames(inspect(long_film), SampleTimes(options.rate))
    whole = tiles(long_film, options)
    assert tiles(long_film, options, start) == [tile for tile in whole if tile.time_ms >= start]


@pytest.mark.parametrize("start", [1, 2_000, 59_999, 120_001, 170_000])
@pytest.mark.parametrize("rate", [0.5, 0.1])
def test_by_key_frames_too(dense_film, rate, start):
    options = FilmOptions(frames_per_second=rate)
    assert by_key_frames(inspect(dense_film), SampleTimes(options.rate))
    whole = tiles(dense_film, options)
    assert len({tile.time_ms for tile in whole}) == pytest.approx(180 * rate, abs=1)
    assert tiles(dense_film, options, start) == [tile for tile in whole if tile.time_ms >= start]


def test_going_on_after_every_stored_time_gives_each_tile_once(long_film):
    """A worker that is killed after each tile of the first minute, and goes on."""
    options = FilmOptions(frames_per_second=0.5)
    whole = tiles(long_film, options)[:40]
    stored, start = [], 0
    while len(stored) < len(whole):
        first = tiles(long_film, options, start)[:2]
        stored += first
        start = first[-1].time_ms + 1
    assert stored == whole


def test_the_frame_shown_each_second_is_taken(long_film):
    seen = tiles(long_film)
    assert sorted({tile.time_ms for tile in seen}) == list(range(0, 180_000, 1_000))


def test_key_frames_alone_are_read_only_where_nothing_is_lost(long_film, dense_film):
    long, dense = inspect(long_film), inspect(dense_film)
    assert not by_key_frames(long, SampleTimes(FilmOptions(frames_per_second=0.11).rate))
    assert by_key_frames(long, SampleTimes(FilmOptions(frames_per_second=0.1).rate))
    assert by_key_frames(dense, SampleTimes(FilmOptions(frames_per_second=0.5).rate))
    assert not by_key_frames(dense, SampleTimes(FilmOptions(frames_per_second=0.51).rate))


def test_the_left_and_the_right_square(folder):
    wide = np.zeros((90, 160, 3), np.uint8)
    wide[:, :80], wide[:, 80:] = (200, 30, 30), (30, 30, 200)
    left, right = tiles(make_film(folder / "two.mp4", [wide] * 5))
    assert np.abs(pixels(left)[:, :70] - (200, 30, 30)).max() < 30
    assert np.abs(pixels(right)[:, -70:] - (30, 30, 200)).max() < 30
    assert pixels(left).shape == (90, 90, 3)


@pytest.mark.parametrize(
    ("size", "count", "starts"),
    [
        ((160, 90), 1, [35]),
        ((160, 90), 2, [0, 70]),
        ((160, 90), 3, [0, 35, 70]),
        ((90, 90), 2, [0]),
        ((91, 90), 5, [0, 1]),
    ],
)
def test_squares_lie_evenly_from_end_to_end(size, count, starts):
    width, height = size
    lying = row_of_boxes(width, height, count)
    assert lying == [(start, 0, start + 90, 90) for start in starts]
    assert row_of_boxes(height, width, count) == [(t, left, b, r) for left, t, r, b in lying]


def test_a_square_is_placed_by_whoever_is_asked(folder):
    path = make_film(folder / "placed.mp4", [shot(1)] * 5)
    [tile] = tiles(path, place=lambda picture: (10, 0, 10 + picture.height, picture.height))
    middle = tiles(path, FilmOptions(squares=7, skip_dull=False))
    assert np.abs(pixels(tile) - pixels(middle[1])).mean() < 20


@pytest.mark.parametrize("angle", [0, 90, 180, 270])
@pytest.mark.parametrize("form", ["mp4", "mov", "mkv"])
def test_a_film_stands_upright(folder, angle, form):
    """What a phone does: pixels as the sensor lies, and in the header by how much to turn them."""
    upright = shot(3) if angle in {0, 180} else np.ascontiguousarray(np.rot90(shot(3)))
    lying = np.ascontiguousarray(np.rot90(upright, -angle // 90))
    path = make_film(
        folder / f"{angle}.{form}", [lying] * 3, setup=lambda s: s.set_display_rotation(angle)
    )
    first, last = tiles(path)
    expected = upright.astype(int)
    side = 90
    assert np.abs(pixels(first) - expected[:side, :side]).mean() < 12
    assert np.abs(pixels(last) - expected[-side:, -side:]).mean() < 12


@pytest.mark.parametrize(
    ("aspect", "size"), [((2, 1), (180, 90)), ((1, 2), (45, 90)), ((16, 15), (96, 90))]
)
def test_pixels_that_are_not_square_are_stretched(folder, aspect, size):
    """90 x 90 px whose header says how wide a pixel is; the left and the upper half are light."""

    def setup(stream):
        stream.codec_context.sample_aspect_ratio = Fraction(*aspect)

    picture = np.full((90, 90, 3), 20, np.uint8)
    picture[:, :45] = picture[:45] = 220
    path = make_film(folder / f"{aspect[0]}.mkv", [picture] * 3, setup=setup)
    first, last = tiles(path)
    width, height = size
    side = min(size)
    whole = np.asarray(Image.fromarray(picture).resize(size)).astype(int)
    assert np.abs(pixels(first) - whole[:side, :side]).mean() < 8
    assert np.abs(pixels(last) - whole[height - side :, width - side :]).mean() < 8


def test_a_phones_quarter_turn_is_the_one_we_mean(folder):
    """ISO 14496-12: this matrix sends (x, y) to (-y, x), a quarter turn clockwise with y downwards."""
    path = make_film(folder / "270.mp4", [shot(1)], setup=lambda s: s.set_display_rotation(270))
    one = 1 << 16
    assert struct.pack(">9i", 0, one, 0, -one, 0, 0, 0, 0, 1 << 30)[:24] in path.read_bytes()


def test_a_frame_rate_that_varies(folder):
    stamps = np.cumsum(np.random.default_rng(0).integers(10, 400, 100)).tolist()
    stamps = [0, *stamps]
    path = make_film(folder / "vfr.mkv", map(shot, range(101)), times=stamps)
    expected = [max(s for s in stamps if s <= at) for at in range(0, stamps[-1], 1_000)]
    assert times(path) == sorted(set(expected))


def test_a_hole_of_ten_seconds(folder):
    stamps = [40 * i for i in range(75)] + [13_000 + 40 * i for i in range(50)]
    path = make_film(folder / "hole.mp4", map(every_second(), range(125)), times=stamps)
    assert times(path) == [0, 1_000, 2_000, 2_960, 13_000, 14_000]
    assert times(path, FilmOptions()) == times(path)
    assert times(path, start_ms=5_000) == times(path, FilmOptions(), 5_000) == [13_000, 14_000]


def letters(i):
    picture = Image.new("RGB", (640, 360))
    draw = ImageDraw.Draw(picture)
    for line in range(12):
        text = f"Assistant {line}   Maria Example"
        draw.text((320, 40 * line + 20 - i % 40), text, "white", ImageFont.load_default(24), "mm")
    return np.asarray(picture)


def test_dull_frames_are_left_out(folder):
    """Two seconds each: black, a picture, a dissolve, another picture, white, letters."""
    one, other = shot(1, (640, 360)), shot(2, (640, 360))
    shares = np.linspace(0, 1, 50)
    pictures = [
        *[np.zeros_like(one)] * 50,
        *[one] * 50,
        *[(one * (1 - share) + other * share).astype(np.uint8) for share in shares],
        *[other] * 50,
        *[np.full_like(one, 250)] * 50,
        *map(letters, range(50)),
    ]
    path = make_film(folder / "dull.mp4", pictures)
    assert times(path, FilmOptions()) == [2_000, 3_000, 4_000, 6_000, 7_000]
    assert times(path) == list(range(0, 12_000, 1_000))
    assert times(path, FilmOptions(), 3_500) == [4_000, 6_000, 7_000]


def test_neighbours_that_look_the_same_are_a_family(folder):
    """Twenty seconds of three shots, of which the last is the first one again."""
    numbers = [1] * 80 + [2] * 60 + [1] * 60
    rng = np.random.default_rng(0)
    pictures = (
        np.clip(shot(n) + rng.integers(-4, 5, (90, 160, 1)), 0, 255).astype(np.uint8)
        for n in numbers
    )
    seen = tiles(make_film(folder / "family.mp4", pictures, rate=10))
    left, right = ([tile.family for tile in seen[side::2]] for side in (0, 1))
    assert [left.count(f) for f in dict.fromkeys(left)] == [8, 6, 6]
    assert [right.count(f) for f in dict.fromkeys(right)] == [8, 6, 6]
    assert set(left).isdisjoint(right)
    none = tiles(folder / "family.mp4", FilmOptions(families=False, skip_dull=False))
    assert {tile.family for tile in none} == {-1}


def test_a_deep_film_has_the_colours_of_a_plain_one(folder):
    pictures = [shot(5)] * 5
    plain, deep = (
        pixels(tiles(make_film(folder / f"{pix_fmt}.mkv", pictures, pix_fmt=pix_fmt))[0])
        for pix_fmt in ("yuv444p", "yuv444p10le")
    )
    assert np.abs(plain - deep).mean() < 4
    assert np.abs(plain - shot(5)[:, :90]).mean() < 12


def test_a_film_of_high_dynamic_range_is_brought_to_the_screen(folder):
    """A grey of PQ level 0.58 is diffuse white: light on the screen, where a plain film has 148."""

    def setup(stream):
        stream.codec_context.color_trc, stream.codec_context.colorspace = 16, 9
        stream.codec_context.color_primaries = 9

    grey = np.full((90, 160, 3), 148, np.uint8)
    path = make_film(
        folder / "pq.mkv",
        [grey] * 3,
        pix_fmt="yuv420p10le",
        codec="libx265",
        setup=setup,
        stream_options={"x265-params": "log-level=none"},
    )
    assert 200 < np.median(pixels(tiles(path)[0])) < 225


def test_a_film_smaller_than_its_tiles_is_not_enlarged(folder):
    path = make_film(folder / "small.mp4", [shot(1, (80, 40))] * 3)
    assert pixels(tiles(path)[0]).shape == (40, 40, 3)


def test_a_large_film_gives_tiles_of_the_size_that_is_kept(folder):
    path = make_film(folder / "large.mp4", [shot(1, (800, 400))] * 3)
    assert pixels(tiles(path)[0]).shape == (128, 128, 3)
    assert pixels(tiles(path, FilmOptions(tile_px=64, skip_dull=False))[0]).shape == (64, 64, 3)
