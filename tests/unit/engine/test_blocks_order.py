import numpy as np
import pytest

from engine import blocks_order
from engine.blocks_order import NOWHERE, laid, ordered, take_out

COUNTS = [1, 127, 128, 129, 256, 700, 5_003, 40_000]


def points_of(count, *, grain=None):
    """Points whose dimensions differ in width; with a grain many of them have equal values."""
    rng = np.random.default_rng(count)
    points = rng.normal(size=(count, 16)) * rng.permutation(16)
    points = points if grain is None else np.round(points / grain) * grain
    return points.astype(np.float32)


def slow_order(points):
    """The definition, one part after the other, as NumPy has variances and halves."""
    order = np.arange(len(points), dtype=np.int32)
    todo = [(0, len(points))]
    while todo:
        start, stop = todo.pop()
        if stop - start <= 128:
            continue
        part = order[start:stop]
        widest = points[part[:: max(1, len(part) // 2_000)]].var(axis=0).argmax()
        half = -(-((stop - start) // 2) // 128) * 128
        order[start:stop] = part[np.argpartition(points[part, widest], half)]
        todo += [(start, start + half), (start + half, stop)]
    return order


@pytest.mark.parametrize("grain", [None, 5.0])
@pytest.mark.parametrize("count", COUNTS)
def test_the_order_is_the_definition_s(count, grain):
    points = points_of(count, grain=grain)
    assert (ordered(points) == slow_order(points)).all()


@pytest.mark.parametrize("part", [128, 300, 2_600, 10_000])
def test_however_the_work_is_shared_out_the_order_is_the_same(monkeypatch, part):
    points = points_of(5_003)
    monkeypatch.setattr(blocks_order, "_PART", part)
    assert (ordered(points) == slow_order(points)).all()


@pytest.mark.parametrize("count", COUNTS)
def test_blocks_hold_the_points_in_order_and_boxes_hold_the_blocks(count):
    points = points_of(count)
    order = ordered(points)
    blocks, boxes = laid(points, order)
    places = blocks.transpose(0, 2, 1).reshape(-1, 16)
    assert (places[:count] == points[order]).all()
    assert (places[count:] == NOWHERE).all()
    starts = np.arange(0, count, 128)
    assert (np.minimum.reduceat(points[order], starts) == boxes[0].T).all()
    assert (np.maximum.reduceat(points[order], starts) == boxes[1].T).all()


@pytest.mark.parametrize("count", COUNTS)
def test_points_are_taken_out_of_blocks_as_they_were_laid(count):
    points = points_of(count)
    order = ordered(points)
    out = np.empty_like(points)
    take_out(laid(points, order)[0], order, out)
    assert (out == points).all()
