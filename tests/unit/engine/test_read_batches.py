"""Pictures to tiles, some hundred at a time; a child of its own decodes them."""

import io
import os
import signal
import struct
from contextlib import closing
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from engine import cut_tiles, decode, pictures
from engine.decoder import STOPPED, Decoder
from engine.fingerprint import digest
from engine.read_batches import read_batches
from engine.tile import cut
from engine.tile_batch import Answer
from engine.types import Refusal


@pytest.fixture(scope="module")
def decoders():
    with closing(Decoder()) as one, closing(Decoder()) as other:
        yield [one, other]


@pytest.fixture(scope="module")
def some(encoded, astronaut):
    """40 pictures of all sorts and sizes."""
    rng = np.random.default_rng(0)
    forms = [("JPEG", {}), ("PNG", {}), ("WEBP", {"lossless": True}), ("JPEG", {"quality": 98})]
    files = []
    for number in range(40):
        height, width = rng.integers(5, 400, 2)
        form, options = forms[number % len(forms)]
        piece = astronaut[number : number + height, 3 * number : 3 * number + width]
        files.append((f"{number}", encoded(piece, form, **options)))
    return files


def tiles_of(batches):
    """(name, jpeg, thumb, digest) of each tile."""
    for batch in batches:
        ends = batch.lengths.cumsum()
        starts = ends - batch.lengths
        for i, name in enumerate(batch.names):
            yield name, bytes(batch.jpegs[starts[i] : ends[i]]), batch.thumbs[i], batch.digests[i]


def test_each_is_the_tile_that_it_would_be_alone(some, decoders, monkeypatch):
    monkeypatch.setattr(decode, "BATCH_FILES", 7)
    tiles = list(tiles_of(read_batches(some, decoders, tile_px=64)))
    assert [name for name, *_ in tiles] == [name for name, _ in some]
    for (_, jpeg, thumb, known_by), (_, data) in zip(tiles, some, strict=True):
        alone, small, _ = cut(pictures.square(data, 64))
        with Image.open(io.BytesIO(jpeg)) as ours, Image.open(io.BytesIO(alone)) as theirs:
            assert ours.size == theirs.size
            assert ours.info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
            # The quick way decodes to the next power of two before it resizes; the careful one does likewise.
            difference = np.abs(np.asarray(ours).astype(int) - np.asarray(theirs))
            assert difference.mean() < 4
        slow = np.frombuffer(small, np.uint8).reshape(5, 5, 3).astype(int)
        assert np.abs(thumb - slow).mean() < (12 if min(theirs.size) < 25 else 3)
        assert known_by == digest(data)


@pytest.mark.parametrize("side", [25, 50, 90, 100, 128])
def test_a_thumb_is_the_mean_of_its_fields(astronaut, encoded, side):
    square = astronaut[:side, :side]
    answer = cut_tiles.cut_tiles([encoded(square, "PNG")], 128)
    edges = np.linspace(0, side, 6).round().astype(int)
    slow = [
        [square[top:bottom, left:right].mean((0, 1)) for left, right in pairwise(edges)]
        for top, bottom in pairwise(edges)
    ]
    assert np.abs(answer.thumbs[0] - np.array(slow)).max() <= 0.51


def test_a_hash_says_which_neighbour_is_lighter(encoded):
    across = np.tile(np.linspace(0, 250, 90).astype(np.uint8)[:, np.newaxis], (90, 1, 3))
    rising = across.reshape(90, 90, 3)
    answer = cut_tiles.cut_tiles([encoded(p, "PNG") for p in (rising, rising[:, ::-1])], 128)
    assert answer.phashes.tolist() == [0, -1]


def test_a_hash_hardly_changes_when_a_picture_is_saved_again(encoded, astronaut):
    saved = [encoded(astronaut[:128, :128], quality=quality) for quality in (95, 60)]
    one, other = cut_tiles.cut_tiles(saved, 128).phashes.tolist()
    strange = cut_tiles.cut_tiles([encoded(astronaut[300:428, 200:328])], 128).phashes[0]
    assert (one ^ other).bit_count() <= 4
    assert ((one ^ int(strange)) & (2**64 - 1)).bit_count() > 12


def test_refusals_come_in_the_order_of_the_files(encoded, corners, decoders):
    good = encoded(corners)
    files = [("a", b"text"), Refusal("b", "a link"), ("c", good), ("d", b""), Refusal("e", "no")]
    [batch] = read_batches(files, decoders)
    assert batch.names == ["c"]
    assert bytes(batch.jpegs).startswith(b"\xff\xd8")
    assert [refusal.name for refusal in batch.refusals] == ["a", "b", "d", "e"]
    assert "not a picture" in batch.refusals[0].reason
    assert "empty" in batch.refusals[2].reason


def test_what_is_known_is_not_decoded(some, decoders):
    left_out = {digest(some[3][1]), digest(some[5][1])}
    asked = []

    def known(digests):
        asked.extend(digests)
        return left_out

    [batch] = read_batches([*some[:10], some[0]], decoders, known=known)
    assert batch.names == [name for name, _ in some[:10] if name not in {"3", "5"}]
    assert batch.duplicates == 3
    assert asked == [digest(data) for _, data in [*some[:10], some[0]]]


def test_where_nobody_is_asked_twins_are_tiles(some, decoders):
    [batch] = read_batches([some[0], some[0]], decoders)
    assert (len(batch), batch.duplicates) == (2, 0)


def test_no_files_are_no_batches(decoders):
    assert list(read_batches([], decoders)) == []


def test_a_file_that_ends_the_child_costs_itself(some, monkeypatch):
    """The batch is read again, file by file; the one that kills is told by its child's death."""
    with closing(Decoder()) as decoder:
        receive = decoder._receive
        answers = iter([True, False, True])

        def die_sometimes(process):
            if next(answers, False):
                os.kill(decoder.pid, signal.SIGKILL)
            return receive(process)

        monkeypatch.setattr(decoder, "_receive", die_sometimes)
        [batch] = read_batches(some[:5], [decoder])
    assert batch.names == ["0", "2", "3", "4"]
    assert batch.refusals == [Refusal("1", STOPPED)]


def test_an_answer_that_does_not_fit_together_is_not_believed(some):
    payload = bytearray(cut_tiles.cut_tiles([some[0][1]], 128).pack())
    whole = Answer.unpack(bytes(payload))
    assert (whole.taken.tolist(), len(whole.bodies)) == ([True], whole.lengths[0])
    for wrong in (payload[:-1], payload[:6], payload + b"x"):
        with pytest.raises((ValueError, struct.error)):
            Answer.unpack(bytes(wrong))


@pytest.mark.parametrize(
    ("raised", "words"), [(MemoryError(), "more memory"), (IndexError(), "damaged")]
)
def test_whatever_a_decoder_raises_is_a_refusal(monkeypatch, raised, words, encoded, corners):
    def fail(*_):
        raise raised

    monkeypatch.setattr(cut_tiles, "_square", fail)
    answer = cut_tiles.cut_tiles([encoded(corners)], 64)
    assert answer.taken.tolist() == [False]
    assert words in bytes(answer.bodies).decode()
