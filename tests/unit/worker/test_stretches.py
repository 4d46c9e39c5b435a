"""Cutting what a film gives into stretches that can be saved one by one."""

from fractions import Fraction

import numpy as np
import pytest

from engine.sampling import SampleTimes
from engine.types import Refusal, TileRead
from worker.jobs import stretches as room
from worker.jobs.stretches import Stretch, stretches

TIMES = SampleTimes(Fraction(1))


def tile(second, family=0, digest=b""):
    return TileRead(
        "film.mp4",
        b"jpeg%d" % second,
        np.full((5, 5, 3), second % 256, np.uint8),
        digest or b"%016d" % second,
        2**63 + second,
        second * 1000,
        family,
    )


@pytest.fixture
def clock():
    """Each look at it takes a second."""
    seconds = iter(range(10**6))
    return lambda: float(next(seconds))


def test_stretches_end_at_the_edges_of_blocks(clock, monkeypatch):
    monkeypatch.setattr(room, "STRETCH_TILES", 70)
    reads = [tile(second) for second in range(400)]
    found = list(stretches(reads, TIMES, clock=lambda: 0.0))
    assert [len(stretch.tiles) for stretch in found] == [120, 120, 120, 40]
    assert [stretch.go_on_ms for stretch in found] == [120_000, 240_000, 360_000, None]
    assert [t for stretch in found for t in stretch.tiles] == reads


def test_a_minute_is_a_stretch_however_few_tiles_it_brought(clock):
    reads = [tile(60 * block) for block in range(150)]
    found = list(stretches(reads, TIMES, clock=clock))
    assert 2 <= len(found) <= 6
    assert sum(len(stretch.tiles) for stretch in found) == 150


def test_the_last_stretch_is_there_even_without_a_tile():
    refusal = Refusal("film.mp4", "broken")
    assert list(stretches([refusal], TIMES)) == [Stretch([], [refusal], None)]
    assert len(list(stretches([], TIMES))) == 1


def test_a_stretch_is_a_batch():
    batch = Stretch([tile(0, 8), tile(1, None)]).batch(3)
    assert (batch.families, batch.times_ms) == ([8, None], [0, 1_000])
    assert batch.phashes.tolist() == [-(2**63), 1 - 2**63]
    assert bytes(batch.jpegs) == b"jpeg0jpeg1"
    assert batch.duplicates == 3


def test_of_twins_the_first_is_kept_in_its_place():
    one, other, twin = tile(0), tile(1), tile(2, digest=b"%016d" % 0)
    assert Stretch([one, other, twin], [], 7).without_twins() == Stretch([one, other], [], 7)


def test_no_tiles_are_an_empty_batch():
    assert len(Stretch().batch()) == 0
