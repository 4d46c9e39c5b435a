"""Exhaustive search: the k tiles nearest to each cell by squared difference, every tile compared with every cell."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from engine.blocks import run_blocks
from engine.features import flat
from engine.types import Progress, Scores, Thumbs, Tiles, silent

# One product is 256 x 2,048 float32, 2 MB: it is scanned while it is still in the core's cache.
_CELLS = 256
_TILES = 2_048
# Tiles turned to float32 at a time, 20 MB: memory does not grow with the tile set.
_CHUNK = 65_536


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

    |q - x|^2 is least where q.x - |x|^2/2 is greatest, and that is one matrix product with |x|^2/2 as a 76th column.
    Values are centred on 128: then every sum on the way is a multiple of 1/2 below 2**21, which float32 holds exactly.
    """
    queries = _centered(cells, np.float32(-1))
    tiles = np.full((len(cells), k), -1, np.int32)
    values = np.full((len(cells), k), -np.inf, np.float32)
    chunks = range(0, len(thumbs), _CHUNK)
    with threadpool_limits(1, user_api="blas"):  # our own threads share the work out
        for number, start in enumerate(chunks):
            chunk = _with_half_squares(thumbs[start : start + _CHUNK])

            def work(first: int, last: int, chunk: Scores = chunk, start: int = start) -> None:
                _scan(queries[first:last], chunk, start, values[first:last], tiles[first:last])

            def part(stage: str, share: float, number: int = number) -> None:
                progress(stage, (number + share) / len(chunks))

            run_blocks(work, len(cells), _CELLS, stage=stage, progress=part)
    order = np.lexsort((tiles, -values), axis=1)
    return np.take_along_axis(tiles, order, axis=1)


def squared_differences(cells: Thumbs, thumbs: Thumbs, tiles: Tiles) -> NDArray[np.int32]:
    """Sum of squared differences of each cell and its tiles: (cells, k) int32 for tiles of (cells, k)."""
    out = np.empty(tiles.shape, np.int32)
    _squared_differences(flat(cells), flat(thumbs), tiles, out)
    return out


def _centered(thumbs: Thumbs, last: np.float32) -> Scores:
    out = np.empty((len(thumbs), 76), np.float32)
    np.subtract(flat(thumbs), np.float32(128), out=out[:, :75])
    out[:, 75] = last
    return out


def _with_half_squares(thumbs: Thumbs) -> Scores:
    out = _centered(thumbs, np.float32(0))
    out[:, 75] = np.einsum("ij,ij->i", out, out) / 2
    return out


def _scan(queries: Scores, chunk: Scores, start: int, values: Scores, tiles: Tiles) -> None:
    product = np.empty((len(queries), _TILES), np.float32)
    for first in range(0, len(chunk), _TILES):
        part = chunk[first : first + _TILES]
        if len(part) < _TILES:
            product = np.empty((len(queries), len(part)), np.float32)
        np.matmul(queries, part.T, out=product)
        _keep_best(product, start + first, values, tiles)


@njit(nogil=True, cache=True)
def _keep_best(product: Scores, start: int, values: Scores, tiles: Tiles) -> None:
    """Take what beats the least of the k kept. Tiles come in rising order, so an equal value comes too late."""
    for cell in range(product.shape[0]):
        least = values[cell, 0]
        for first in range(0, product.shape[1], 64):
            last = min(first + 64, product.shape[1])
            beaten = False
            for tile in range(first, last):
                beaten |= product[cell, tile] > least
            if not beaten:
                continue
            for tile in range(first, last):
                if product[cell, tile] > least:
                    _replace_least(values[cell], tiles[cell], product[cell, tile], start + tile)
                    least = values[cell, 0]


@njit(nogil=True, cache=True)
def _replace_least(values: Scores, tiles: Tiles, value: float, tile: int) -> None:
    """Sift into a heap whose root is the value to be beaten: the least, and of equals the latest tile."""
    at, k = 0, len(values)
    while True:
        child = 2 * at + 1
        if child >= k:
            break
        right = child + 1
        if right < k and (
            values[right] < values[child]
            or (values[right] == values[child] and tiles[right] > tiles[child])
        ):
            child = right
        # The new tile is the latest of all: it stays above an equal value.
        if values[child] >= value:
            break
        values[at], tiles[at] = values[child], tiles[child]
        at = child
    values[at], tiles[at] = value, tile


@njit(nogil=True, cache=True)
def _squared_differences(
    cells: NDArray[np.uint8], thumbs: NDArray[np.uint8], tiles: Tiles, out: NDArray[np.int32]
) -> None:
    for cell in range(tiles.shape[0]):
        for place in range(tiles.shape[1]):
            tile = tiles[cell, place]
            out[cell, place] = 0
            for i in range(75):
                difference = np.int32(cells[cell, i]) - np.int32(thumbs[tile, i])
                out[cell, place] += difference * difference
