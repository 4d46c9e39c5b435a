"""The search in a tree of blocks, compiled: the nearest boxes, then the nearest points in them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.kernel import kernel
from engine.selection import limit_of, smallest
from engine.types import Tiles

Floats = NDArray[np.float32]

BLOCK = 128
# Boxes of this many blocks after one another are looked at first: of millions of tiles most are left out by them.
GROUP = 32
_DIMS = 16


@kernel
def search(  # noqa: PLR0917 - compiled functions take no keywords alone
    queries: Floats,
    groups: Floats,
    boxes: Floats,
    points: Floats,
    order: Tiles,
    visits: int,
    tiles: Tiles,
) -> None:
    """Fill `tiles` (queries, k) with the nearest of those in the nearest `visits` blocks."""
    count, blocks, k = len(order), boxes.shape[2], tiles.shape[1]
    group_distances, scratch = np.empty(groups.shape[2], np.float32), np.empty(blocks, np.float32)
    block_distances = np.empty(blocks, np.float32)
    nearest = np.empty(visits, np.int32)
    distances = np.empty(visits * BLOCK, np.float32)
    copy, picked = np.empty(visits * BLOCK, np.float32), np.empty(k, np.int32)
    for cell in range(len(queries)):
        query = queries[cell]
        _to_boxes(query, groups, 0, groups.shape[2], group_distances)
        _blocks_in_groups(query, boxes, group_distances, scratch, visits, block_distances)
        smallest(block_distances, scratch, nearest)
        for i in range(visits):
            _to_points(query, points[nearest[i]], distances[i * BLOCK : i * BLOCK + BLOCK])
            if nearest[i] == blocks - 1:
                for j in range(count - (blocks - 1) * BLOCK, BLOCK):
                    distances[i * BLOCK + j] = np.inf
        smallest(distances, copy, picked)
        for i in range(k):
            place = picked[i]
            tiles[cell, i] = order[nearest[place // BLOCK] * BLOCK + place % BLOCK]


@kernel
def _blocks_in_groups(  # noqa: PLR0917 - compiled functions take no keywords alone
    query: Floats, boxes: Floats, groups: Floats, scratch: Floats, visits: int, out: Floats
) -> None:
    """Distances to boxes of blocks, infinite for those that cannot be among the nearest `visits`.

    Some near groups give a bound first; no block of a group beyond it can be nearer.
    """
    out[:] = np.inf
    some = min(len(groups), 3 * visits // GROUP + 2)
    near, _ = limit_of(groups, some - 1, scratch)
    _open_groups(query, boxes, groups, np.float32(-1), near, out)
    if some < len(groups):
        bound, _ = limit_of(out, visits - 1, scratch)
        _open_groups(query, boxes, groups, near, bound, out)


@kernel
def _open_groups(  # noqa: PLR0917 - compiled functions take no keywords alone
    query: Floats, boxes: Floats, groups: Floats, above: np.float32, to: np.float32, out: Floats
) -> None:
    for i in range(len(groups)):
        if above < groups[i] <= to:
            _to_boxes(query, boxes, i * GROUP, min(len(out), i * GROUP + GROUP), out)


@kernel(fastmath=True)
def _to_boxes(query: Floats, boxes: Floats, start: int, stop: int, out: Floats) -> None:
    """Squared distances of a point to boxes; 0 inside."""
    low, high, zero = boxes[0], boxes[1], np.float32(0)
    for i in range(start, stop):
        out[i] = zero
    for d in range(0, _DIMS, 4):
        a, b, c, e = query[d], query[d + 1], query[d + 2], query[d + 3]
        for i in range(start, stop):
            w = max(low[d, i] - a, a - high[d, i], zero)
            x = max(low[d + 1, i] - b, b - high[d + 1, i], zero)
            y = max(low[d + 2, i] - c, c - high[d + 2, i], zero)
            z = max(low[d + 3, i] - e, e - high[d + 3, i], zero)
            out[i] += w * w + x * x + y * y + z * z


@kernel(fastmath=True)
def _to_points(query: Floats, points: Floats, out: Floats) -> None:
    """Squared distances of a point to the 128 of a block."""
    for t in range(BLOCK):
        out[t] = 0
    for d in range(0, _DIMS, 4):
        a, b, c, e = query[d], query[d + 1], query[d + 2], query[d + 3]
        for t in range(BLOCK):
            w, x = points[d, t] - a, points[d + 1, t] - b
            y, z = points[d + 2, t] - c, points[d + 3, t] - e
            out[t] += w * w + x * x + y * y + z * z
