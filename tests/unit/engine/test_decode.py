import io
import os
import signal

import numpy as np
import pytest
from PIL import Image

from engine import decode, read_batches
from engine.decode import jpeg_bytes, read_photo
from engine.decoder import Decoder
from engine.errors import TooLarge, Unreadable
from engine.fingerprint import digest
from engine.read_batches import read_tiles
from engine.types import Refusal, TileRead


def test_a_photo_is_read_whatever_its_name(tmp_path, encoded, corners):
    file = tmp_path / "photo.txt"
    file.write_bytes(encoded(corners, "PNG"))
    pixels = read_photo(file)
    assert pixels.dtype == np.uint8
    assert (pixels == corners).all()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "HEIF", "AVIF"])
def test_a_child_reads_every_format(tmp_path, encoded, astronaut, form):
    file = tmp_path / "photo"
    file.write_bytes(data := encoded(astronaut[100:196, 100:196], form))
    assert np.abs(read_photo(file).astype(int) - astronaut[100:196, 100:196]).mean() < 8
    [tile] = read_tiles([("photo", data)])
    assert isinstance(tile, TileRead)


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"", "empty"), (b"Dear photo", "not a picture"), (b"\xff\xd8\xff\xe0", "damaged")],
)
def test_a_photo_that_is_none_is_named(tmp_path, data, words):
    file = tmp_path / "photo.jpg"
    file.write_bytes(data)
    with pytest.raises(Unreadable, match=words):
        read_photo(file)


def test_a_photo_cut_off_is_named(tmp_path, encoded, astronaut):
    file = tmp_path / "photo.jpg"
    file.write_bytes(encoded(astronaut)[:20_000])
    with pytest.raises(Unreadable, match="damaged or cut off"):
        read_photo(file)


def test_a_photo_of_too_many_bytes_is_not_opened(tmp_path, monkeypatch):
    monkeypatch.setattr(decode, "FILE_MAX_BYTES", 2**20)
    file = tmp_path / "photo.png"
    with file.open("wb") as out:
        out.truncate(3 * 2**20)
    with pytest.raises(TooLarge, match="has 3 MB; 1 is the most"):
        read_photo(file)


def test_every_file_is_a_tile_or_a_refusal_in_order(encoded, corners, monkeypatch):
    monkeypatch.setattr(decode, "BATCH_FILES", 3)
    good = encoded(corners)
    files = [(f"{i}.jpg", b"text" if i % 5 == 0 else good) for i in range(40)]
    files[7] = Refusal("7.jpg", "a link")
    reads = list(read_tiles(files, tile_px=32))
    refused = {read.name: read.reason for read in reads if isinstance(read, Refusal)}
    assert list(refused) == [f"{i}.jpg" for i in sorted({7, *range(0, 40, 5)})]
    assert refused["7.jpg"] == "a link"
    assert "not a picture" in refused["5.jpg"]
    tiles = [read for read in reads if isinstance(read, TileRead)]
    assert [read.name for read in tiles] == [
        f"{i}.jpg" for i in range(40) if f"{i}.jpg" not in refused
    ]
    tile = tiles[0]
    assert tile.thumb.shape == (5, 5, 3)
    with Image.open(io.BytesIO(tile.jpeg)) as picture:
        assert picture.size == (32, 32)
        small = np.asarray(picture.resize((5, 5), Image.Resampling.BOX)).astype(int)
    assert np.abs(small - tile.thumb).max() < 25


def test_a_tile_is_known_by_its_bytes_and_by_its_looks(encoded, astronaut):
    one, again = encoded(astronaut, "PNG"), encoded(astronaut, quality=60)
    reads = list(read_tiles([("a", one), ("b", one), ("c", again)]))
    digests = [read.digest for read in reads]
    assert digests == [digest(one), digest(one), digest(again)]
    assert len(digests[0]) == 16
    assert (reads[0].phash ^ reads[2].phash).bit_count() <= 4
    assert [(read.time_ms, read.family) for read in reads] == [(None, None)] * 3


def test_tiles_are_cut_where_the_face_is(encoded, astronaut):
    """On a wide wall, turned by its EXIF tag: the middle shows wall, the salient square the woman, upright."""
    wall = np.pad(astronaut, ((0, 0), (0, 1_500), (0, 0)), constant_values=200)
    tags = Image.Exif()
    tags[0x0112] = 6
    data = encoded(np.rot90(wall), exif=tags.tobytes(), quality=95)
    [middle] = read_tiles([("a", data)])
    [salient] = read_tiles([("a", data)], crop="salient")
    upright = np.asarray(Image.fromarray(astronaut).resize((5, 5), Image.Resampling.BOX)).astype(
        int
    )
    assert middle.thumb.std() < 2
    assert np.abs(salient.thumb.astype(int) - upright).mean() < 25


def test_no_files_are_no_tiles():
    assert list(read_tiles([])) == []


def test_a_tile_of_too_many_bytes_is_refused(encoded, corners, monkeypatch):
    monkeypatch.setattr(decode, "FILE_MAX_BYTES", 2**20)
    small = encoded(corners)
    read, refused = read_tiles([("a", small), ("b", small + bytes(2**21))])
    assert isinstance(read, TileRead)
    assert "has 2 MB; 1 is the most" in refused.reason


def test_large_files_fill_a_batch(encoded, corners, monkeypatch):
    monkeypatch.setattr(decode, "BATCH_BYTES", 1_000)
    files = [(str(i), encoded(corners, "PNG") + bytes(600)) for i in range(5)]
    assert [len(batch) for batch in decode.batches(files)] == [2, 2, 1]


def test_files_are_taken_a_few_batches_ahead_at_most(encoded, corners, monkeypatch):
    monkeypatch.setattr(decode, "BATCH_FILES", 2)
    data, taken = encoded(corners), []

    def files():
        for i in range(200):
            taken.append(i)
            yield str(i), data

    reads = read_tiles(files(), tile_px=32)
    next(reads)
    assert len(taken) <= 2 * (2 * decode.CHILDREN + 1)
    reads.close()


def test_killed_children_cost_no_file(encoded, astronaut, monkeypatch):
    started = []

    class Watched(Decoder):
        def __init__(self):
            super().__init__()
            started.append(self)

    monkeypatch.setattr(read_batches, "Decoder", Watched)
    data = encoded(astronaut)
    reads = read_tiles(((str(i), data) for i in range(800)), tile_px=128)
    first = next(reads)
    killed = [decoder.pid for decoder in started if decoder.pid]
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    rest = list(reads)
    assert 1 <= len(killed) <= decode.CHILDREN
    assert isinstance(first, TileRead)
    assert [read.name for read in rest if isinstance(read, TileRead)] == [
        str(i) for i in range(1, 800)
    ]


def test_leaving_early_ends_the_children(encoded, corners, monkeypatch):
    started = []

    class Watched(Decoder):
        def __init__(self):
            super().__init__()
            started.append(self)

    monkeypatch.setattr(read_batches, "Decoder", Watched)
    reads = read_tiles((str(i), encoded(corners)) for i in range(3_000))
    next(reads)
    reads.close()
    assert [decoder.pid for decoder in started] == [None] * decode.CHILDREN


@pytest.mark.parametrize(
    ("long_side", "size"), [(None, (512, 512)), (100, (100, 100)), (9_000, (512, 512))]
)
def test_a_jpeg_is_made_smaller_never_larger(astronaut, long_side, size):
    with Image.open(io.BytesIO(jpeg_bytes(astronaut, long_side=long_side))) as picture:
        assert picture.size == size
        assert picture.format == "JPEG"
        expected = np.asarray(Image.fromarray(astronaut).resize(size)).astype(int)
        assert np.abs(np.asarray(picture).astype(int) - expected).mean() < 6


def test_a_narrow_jpeg_keeps_a_pixel():
    with Image.open(
        io.BytesIO(jpeg_bytes(np.zeros((2, 900, 3), np.uint8), long_side=90))
    ) as picture:
        assert picture.size == (90, 1)
