"""Points laid into blocks of 128 that lie near each other: the order of a tree of blocks."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.blocks import run_blocks
from engine.blocks_search import BLOCK
from engine.kernel import kernel
from engine.types import Tiles, silent

Floats = NDArray[np.float32]

NOWHERE = np.float32(1e6)
_DIMS = 16
_VARIANCE_OF = 2_000
# Parts of more tiles are halved one after another: each thread keeps the memory that it once asked for.
_PART = 65_536
_STAGE = "Sorting tiles"
# Some milliseconds of work at a time.
_BLOCKS = 256


def ordered(points: Floats) -> Tiles:
    """Tiles so that each 128 after one another are near: halves along the widest direction, in whole blocks.

    points : (n, 16) float32. Returns (n,) int32.
    """
    order = np.arange(len(points), dtype=np.int32)

    def halves(start: int, stop: int) -> list[tuple[int, int]]:
        if stop - start <= BLOCK:
            return []
        part = order[start:stop]
        values = _along_widest(points, part, max(1, len(part) // _VARIANCE_OF))
        half = -(-(len(part) // 2) // BLOCK) * BLOCK
        part[:] = part[np.argpartition(values, half)]
        return [(start, start + half), (start + half, stop)]

    def work(first: int, end: int) -> None:
        todo = parts[first:end]
        while todo:
            todo += halves(*todo.pop())

    parts = [(0, len(points))]
    while any(stop - start > _PART for start, stop in parts):
        parts = [half for part in parts for half in halves(*part)]
    run_blocks(work, len(parts), 1, stage=_STAGE, progress=silent)
    return order


def laid(points: Floats, order: Tiles) -> tuple[Floats, Floats]:
    """The points of these tiles in blocks, and the boxes around them.

    points : (n, 16) float32; order : (n,) int32.
    Returns (blocks, 16, 128) and (2, 16, blocks) float32; places without a tile are far from everything.
    """
    count = -(-len(order) // BLOCK)
    blocks = np.empty((count, _DIMS, BLOCK), np.float32)
    boxes = np.empty((2, _DIMS, count), np.float32)

    def work(start: int, stop: int) -> None:
        some = order[start * BLOCK : stop * BLOCK]
        _lay(points, some, blocks[start:stop], boxes[:, :, start:stop])

    run_blocks(work, count, _BLOCKS, stage=_STAGE, progress=silent)
    return blocks, boxes


@kernel
def take_out(blocks: Floats, order: Tiles, points: Floats) -> None:
    """The opposite of `laid`: the point of each tile into (n, 16) `points`."""
    for place in range(len(order)):
        for d in range(_DIMS):
            points[order[place], d] = blocks[place // BLOCK, d, place % BLOCK]


@kernel
def _along_widest(points: Floats, tiles: Tiles, step: int) -> Any:
    """The values of tiles, (tiles,) float32, in the dimension in which every `step`-th of them varies most."""
    count = np.float32((len(tiles) + step - 1) // step)
    means, variances = np.zeros(_DIMS, np.float32), np.zeros(_DIMS, np.float32)
    for i in range(0, len(tiles), step):
        point = points[tiles[i]]
        for d in range(_DIMS):
            means[d] += point[d]
    for d in range(_DIMS):
        means[d] /= count
    for i in range(0, len(tiles), step):
        point = points[tiles[i]]
        for d in range(_DIMS):
            away = point[d] - means[d]
            variances[d] += away * away
    widest, values = variances.argmax(), np.empty(len(tiles), np.float32)
    for i in range(len(tiles)):
        values[i] = points[tiles[i], widest]
    return values


@kernel
def _lay(points: Floats, order: Tiles, blocks: Floats, boxes: Floats) -> None:
    for block in range(len(blocks)):
        some = order[block * BLOCK : block * BLOCK + BLOCK]
        for i in range(len(some)):
            for d in range(_DIMS):
                blocks[block, d, i] = points[some[i], d]
        for d in range(_DIMS):
            boxes[0, d, block] = blocks[block, d, : len(some)].min()
            boxes[1, d, block] = blocks[block, d, : len(some)].max()
            blocks[block, d, len(some) :] = NOWHERE
