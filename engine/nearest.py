"""Exhaustive search: the k tiles nearest to each cell by squared difference, no tile left out that could be one of them.

A bound that costs a quarter of the comparison comes first, and nearly every tile is worse by its bound already: the choice
is that of every pixel compared, at less than the time of one matrix product of all cells and all tiles.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from engine.blocks import run_blocks
from engine.features import flat
from engine.kernel import kernel
from engine.types import Progress, Scores, Thumbs, Tiles, silent

_CELLS = 256
# Tiles compared at a time, and beside each other; memory does not grow with the tile set.
_CHUNK, _LANES = 65_536, 128
# Numbers a tile is bounded by: its main directions, the length of what they leave out, half its square.
_NUMBERS = 18
_SAMPLE = 4_000
# More than the rounding of float32 can make of a bound: that of 75 products of values up to 128 in each direction comes to
# 0.04 in length, and a difference of two thumbs is at most 2,217 long.
_SLACK = np.float32(256)


def nearest(
    cells: Thumbs,
    thumbs: Thumbs,
    k: int,
    *,
    stage: str = "Finding candidates",
    progress: Progress = silent,
) -> Tiles:
    """The k tiles with the least sum of squared differences to each cell, best first; the lowest number wins a tie.

    cells : (cells, 5, 5, 3) uint8.
    thumbs : (n, 5, 5, 3) uint8, n >= k.
    Returns (cells, k) int32.

    |q - x|^2 is at least |Pq - Px|^2 + (|Rq| - |Rx|)^2, where P keeps the 16 main directions of the tiles and R the rest.
    Tiles below the worst of the k best by that bound are compared pixel by pixel, in whole numbers.
    """
    tiles = np.full((len(cells), k), -1, np.int32)
    distances = np.full((len(cells), k), np.inf, np.float32)
    directions = _directions(thumbs)
    queries = _bounded(cells, directions)
    flat_cells, flat_thumbs = flat(cells), flat(thumbs)
    chunks = range(0, len(thumbs), _CHUNK)
    with threadpool_limits(1, user_api="blas"):  # our own threads share the work out
        for number, start in enumerate(chunks):
            lanes = _in_lanes(thumbs[start : start + _CHUNK], directions)

            def work(first: int, last: int, lanes: Scores = lanes, start: int = start) -> None:
                _scan(
                    flat_cells[first:last], queries[first:last], flat_thumbs, lanes, start,
                    distances[first:last], tiles[first:last],
                )  # fmt: skip

            def part(stage: str, share: float, number: int = number) -> None:
                progress(stage, (number + share) / len(chunks))

            run_blocks(work, len(cells), _CELLS, stage=stage, progress=part)
    order = np.lexsort((tiles, distances), axis=1)
    return np.take_along_axis(tiles, order, axis=1)


def squared_differences(cells: Thumbs, thumbs: Thumbs, tiles: Tiles) -> NDArray[np.int32]:
    """Sum of squared differences of each cell and its tiles: (cells, k) int32 for tiles of (cells, k)."""
    out = np.empty(tiles.shape, np.int32)
    _squared_differences(flat(cells), flat(thumbs), tiles, out)
    return out


def _directions(thumbs: Thumbs) -> Scores:
    """The 16 at right angles that tell most of the lengths of thumbs, (75, 16)."""
    some = flat(thumbs[:: max(1, len(thumbs) // _SAMPLE)]).astype(np.float64) - 128
    _, directions = np.linalg.eigh(some.T @ some)
    main: Scores = directions[:, 2 - _NUMBERS :].astype(np.float32)
    return main


def _bounded(thumbs: Thumbs, directions: Scores) -> Scores:
    """Along the directions, the length of the rest, and half the square of all these: (n, 18)."""
    out = np.empty((len(thumbs), _NUMBERS), np.float32)
    values = flat(thumbs).astype(np.float32) - np.float32(128)
    along = np.matmul(values, directions, out=out[:, : _NUMBERS - 2])
    rest = np.einsum("ij,ij->i", values, values) - np.einsum("ij,ij->i", along, along)
    out[:, _NUMBERS - 2] = np.sqrt(np.maximum(rest, 0))
    out[:, _NUMBERS - 1] = np.einsum("ij,ij->i", out[:, :-1], out[:, :-1]) / 2
    return out


def _in_lanes(thumbs: Thumbs, directions: Scores) -> Scores:
    """The same as (blocks, 18, 128), where places without a tile are farther than any tile."""
    blocks = -(-len(thumbs) // _LANES)
    out = np.empty((blocks, _NUMBERS, _LANES), np.float32)

    def work(start: int, stop: int) -> None:
        places = np.zeros(((stop - start) * _LANES, _NUMBERS), np.float32)
        places[:, _NUMBERS - 1] = np.inf
        some = _bounded(thumbs[start * _LANES : stop * _LANES], directions)
        places[: len(some)] = some
        out[start:stop] = places.reshape(stop - start, _LANES, _NUMBERS).transpose(0, 2, 1)

    run_blocks(work, blocks, 64, stage="", progress=silent)
    return out


@kernel
def _scan(  # noqa: PLR0917 - compiled functions take no keywords alone
    cells: NDArray[np.uint8],
    queries: Scores,
    thumbs: NDArray[np.uint8],
    lanes: Scores,
    start: int,
    distances: Scores,
    tiles: Tiles,
) -> None:
    """Take what is nearer than the farthest of the k kept. Tiles come in rising order, so an equal distance comes too late."""
    products = np.empty(_LANES, np.float32)
    for block in range(len(lanes)):
        for cell in range(len(cells)):
            least = _least(queries[cell], distances[cell, 0])
            if not _beaten(queries[cell], lanes[block], least, products):
                continue
            for lane in range(_LANES):
                if products[lane] > least:
                    tile = start + block * _LANES + lane
                    distance = np.float32(_squared_difference(cells[cell], thumbs[tile]))
                    if distance < distances[cell, 0]:
                        _replace_farthest(distances[cell], tiles[cell], distance, tile)
                        least = _least(queries[cell], distances[cell, 0])


@kernel(inline="always")
def _least(query: Scores, farthest: Any) -> Any:
    """The value of q.x - |x|^2/2 above which |q - x|^2 may be less than that of the farthest kept."""
    return query[_NUMBERS - 1] - (farthest + _SLACK) / np.float32(2)


@kernel(fastmath={"reassoc", "contract", "nsz"})
def _beaten(query: Scores, lanes: Scores, least: Any, out: Scores) -> bool:
    """Fill in q.x - |x|^2/2 of 128 tiles; whether one is above the least."""
    for lane in range(_LANES):
        out[lane] = -lanes[_NUMBERS - 1, lane]
    for d in range(0, _NUMBERS - 2, 4):
        a, b, c, e = query[d], query[d + 1], query[d + 2], query[d + 3]
        for lane in range(_LANES):
            out[lane] += (
                a * lanes[d, lane]
                + b * lanes[d + 1, lane]
                + c * lanes[d + 2, lane]
                + e * lanes[d + 3, lane]
            )
    rest, beaten = query[_NUMBERS - 2], False
    for lane in range(_LANES):
        out[lane] += rest * lanes[_NUMBERS - 2, lane]
        beaten |= out[lane] > least
    return beaten


@kernel
def _squared_difference(cell: NDArray[np.uint8], thumb: NDArray[np.uint8]) -> np.int32:
    total = np.int32(0)
    for i in range(75):
        difference = np.int32(cell[i]) - np.int32(thumb[i])
        total += difference * difference
    return total


@kernel
def _replace_farthest(distances: Scores, tiles: Tiles, distance: Any, tile: int) -> None:
    """Sift into a heap whose root is the distance to be beaten: the greatest, and of equals the latest tile."""
    at, k = 0, len(distances)
    while True:
        child = 2 * at + 1
        if child >= k:
            break
        right = child + 1
        if right < k and (
            distances[right] > distances[child]
            or (distances[right] == distances[child] and tiles[right] > tiles[child])
        ):
            child = right
        # The new tile is the latest of all: it stays above an equal distance.
        if distances[child] <= distance:
            break
        distances[at], tiles[at] = distances[child], tiles[child]
        at = child
    distances[at], tiles[at] = distance, tile


@kernel
def _squared_differences(
    cells: NDArray[np.uint8], thumbs: NDArray[np.uint8], tiles: Tiles, out: NDArray[np.int32]
) -> None:
    for cell in range(tiles.shape[0]):
        for place in range(tiles.shape[1]):
            out[cell, place] = _squared_difference(cells[cell], thumbs[tiles[cell, place]])
