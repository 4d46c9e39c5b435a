"""JPEGs that already are what a tile would be: their pixels are kept, and nothing else of the file."""

import cv2
import numpy as np
import pytest
import simplejpeg
from PIL import Image

from engine import kept_jpeg
from engine.cut_tiles import cut_tiles
from tests.unit.engine.scans import coded, scan_of

SIDE = 64


def tile_of(data, tile_px=128, place=None):
    answer = cut_tiles([data], tile_px, place)
    return bytes(answer.bodies) if answer.taken[0] else None


def is_kept(data, **how):
    tile = tile_of(data, **how)
    assert tile is not None
    return np.array_equal(pixels(tile), pixels(data))


def pixels(data):
    return simplejpeg.decode_jpeg(data, "BGR")


def marks(data):
    """The marks of all segments up to the scan, and those within and after it."""
    found, at = [], 2
    while not found or found[-1] != 0xDA:
        found.append(data[at + 1])
        at += 2 + int.from_bytes(data[at + 2 : at + 4])
    scan = data[at:]
    return found, [scan[i + 1] for i in range(len(scan) - 1) if scan[i] == 0xFF and scan[i + 1]]


OURS = ([0xE0, 0xDB, 0xDB, 0xC0, 0xC4, 0xC4, 0xC4, 0xC4, 0xDA], [0xD9])


@pytest.fixture
def square(astronaut):
    return np.ascontiguousarray(astronaut[100 : 100 + SIDE, 150 : 150 + SIDE])


@pytest.fixture
def plain(encoded, square):
    return encoded(square, quality=88)


@pytest.mark.parametrize("quality", [30, 75, 90])
@pytest.mark.parametrize("subsampling", [0, 2])
@pytest.mark.parametrize("side", [17, 64, 100])
def test_pixels_stay_what_they_are(encoded, astronaut, quality, subsampling, side):
    data = encoded(
        astronaut[90 : 90 + side, 140 : 140 + side], quality=quality, subsampling=subsampling
    )
    tile = tile_of(data)
    assert np.array_equal(pixels(tile), pixels(data))
    assert marks(tile) == OURS


def test_what_our_encoder_wrote_comes_back_to_the_byte(square):
    data = simplejpeg.encode_jpeg(square, 90, "BGR", "420")
    assert tile_of(data) == data
    assert kept_jpeg.kept(data, SIDE * SIDE) == data


def test_what_opencv_wrote_is_kept(square):
    data = cv2.imencode(".jpg", square, [cv2.IMWRITE_JPEG_QUALITY, 80])[1].tobytes()
    assert is_kept(data)


@pytest.mark.parametrize("subsampling", [0, 2])
@pytest.mark.parametrize("side", [16, 33, 64])
def test_coding_its_coefficients_again_gives_the_same_tile(encoded, astronaut, subsampling, side):
    data = encoded(astronaut[90 : 90 + side, 140 : 140 + side], quality=88, subsampling=subsampling)
    tile = kept_jpeg.kept(data, side * side * 2)
    assert tile is not None
    scan = scan_of(tile)
    assert scan.body == coded(scan)
    assert tile.endswith(scan.body + b"\xff\xd9")


def segment(mark, body):
    return b"\xff" + bytes([mark]) + (len(body) + 2).to_bytes(2) + body


def test_nothing_else_of_the_file_comes_along(plain, exif_of):
    noise = (
        segment(0xFE, b"my secret")
        + segment(0xE1, exif_of("my secret"))
        + segment(0xE0, b"JFXX\0my secret")
    )
    data = plain[:2] + noise + plain[2:]
    assert b"my secret" in data
    tile = tile_of(data)
    assert np.array_equal(pixels(tile), pixels(plain))
    assert b"my secret" not in tile
    assert marks(tile) == OURS
    assert tile == tile_of(plain)


@pytest.fixture
def exif_of():
    def exif_of(camera):
        tags = Image.Exif()
        tags[0x010F], tags[0x0112] = camera, 1
        return tags.tobytes()

    return exif_of


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data[:-2] + b"my secret" + data[-2:],
        lambda data: data[:-2] + segment(0xFE, b"my secret") + data[-2:],
        lambda data: data[:-2] + data[data.index(b"\xff\xda") :],
        lambda data: data + b"my secret" + b"\xff\xd9",
        lambda data: data[:-2] + b"\xff\xff\xd9",
        lambda data: data[:2] + segment(0xDD, b"\xff\xff") + data[2:],
        lambda data: data[:2] + segment(0xDB, b"\x02" + bytes(range(1, 65))) + data[2:],
        lambda data: data[:2] + segment(0xFE, b"\xff\xda\x00\x0c") + data[2:],
        lambda data: data[:2] + segment(0xDB, bytes([0x10]) + bytes(range(128))) + data[2:],
    ],
    ids=[
        "something before its end",
        "a comment before its end",
        "a second scan",
        "something behind its end",
        "a mark that is longer",
        "restarts that may come",
        "a table that nothing uses",
        "a comment like a scan",
        "a coarse table of 16 bits",
    ],
)
def test_what_is_not_just_a_picture_is_coded_anew(plain, change):
    tile = tile_of(change(plain))
    if tile is not None:
        assert tile != tile_of(plain)
        assert b"my secret" not in tile
        assert marks(tile) == OURS


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data[:-2],
        lambda data: data + b"\xff",
        lambda data: data + b"x",
        lambda data: data[:-2] + b"\xff\xd0x",
        lambda data: data.replace(frame_of(data), 2 * frame_of(data)),
        lambda data: data.replace(frame_of(data), b""),
        lambda data: data.replace(b"\x11\x03\x11\x00\x3f\x00", b"\x11\x03\x11\x00\x3e\x00"),
        lambda data: data.replace(b"\xff\xc0\x00\x11\x08", b"\xff\xc0\x00\x11\x0c"),
        lambda data: data.replace(
            table := data[data.index(b"\xff\xdb") :][:69], table[:-1] + b"\0"
        ),
    ],
    ids=[
        "no end",
        "half a mark",
        "more than its end",
        "another mark",
        "two frames",
        "no frame",
        "a scan of some frequencies",
        "12 bits",
        "a frequency that is nothing",
    ],
)
def test_it_does_not_trust_that_somebody_has_decoded_it(plain, change):
    assert kept_jpeg.kept(plain, SIDE * SIDE) is not None
    assert kept_jpeg.kept(change(plain), SIDE * SIDE) is None


def frame_of(data):
    at = data.index(b"\xff\xc0")
    return data[at : at + 19]


@pytest.mark.parametrize(
    "options",
    [
        {"optimize": True},
        {"progressive": True},
        {"subsampling": 1},
        {"restart_marker_blocks": 2},
        {"quality": 100, "subsampling": 0},
    ],
    ids=[
        "tables of its own",
        "progressive",
        "colours for two by one pixels",
        "restarts",
        "too large",
    ],
)
def test_what_our_encoder_would_write_otherwise_is_coded_anew(encoded, square, options):
    data = encoded(square, **({"quality": 88} | options))
    tile = tile_of(data)
    assert not np.array_equal(pixels(tile), pixels(data))
    assert marks(tile) == OURS


def test_grey_is_coded_anew(encoded, square):
    tile = tile_of(encoded(Image.fromarray(square).convert("L")))
    assert marks(tile) == OURS


def test_what_has_to_be_turned_cut_or_made_smaller_is_coded_anew(encoded, square, exif_of):
    tags = Image.Exif()
    tags[0x0112] = 3
    turned = tile_of(encoded(square, quality=88, exif=tags.tobytes()))
    assert is_turned_over(turned, tile_of(encoded(square, quality=88)))
    assert pixels(tile_of(encoded(square[:40], quality=88))).shape == (40, 40, 3)
    assert pixels(tile_of(encoded(square, quality=88), tile_px=32)).shape == (32, 32, 3)


def is_turned_over(tile, other):
    one, two = pixels(tile).astype(int), pixels(other).astype(int)
    return np.abs(one[::-1, ::-1] - two).mean() < np.abs(one - two).mean()


def test_where_a_face_is_looked_for_it_is_coded_anew(plain):
    def everything(picture):
        return (0, 0, *picture.size)

    assert not is_kept(plain, place=everything)


def test_thumb_and_hash_are_those_of_its_pixels(plain, monkeypatch):
    kept = cut_tiles([plain], 128)
    monkeypatch.setattr(kept_jpeg, "MOST_BYTES_PER_PIXEL", 0)
    anew = cut_tiles([plain], 128)
    assert bytes(kept.bodies) != bytes(anew.bodies)
    assert np.array_equal(kept.thumbs, anew.thumbs)
    assert np.array_equal(kept.phashes, anew.phashes)


def test_whichever_byte_is_damaged_a_tile_is_one_that_our_decoder_has_nothing_against(
    encoded, astronaut
):
    data = encoded(astronaut[100:116, 150:166], quality=60)
    kept = 0
    for at in range(len(data)):
        for value in (0, 0xFF, data[at] ^ 1):
            damaged = data[:at] + bytes([value]) + data[at + 1 :]
            tile = tile_of(damaged)
            if tile is None:
                continue
            assert marks(tile) == OURS
            kept += tile[-40:] == damaged[-40:]
            assert pixels(tile).shape[0] == pixels(tile).shape[1]
    assert kept > 50  # of the scan's bytes, and of those that are left out
