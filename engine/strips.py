"""A plan drawn from the top in strips: tiles decoded, sized to a cell, shown as the plan wants, and laid."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.blocks import run_blocks
from engine.errors import TileUnreadable
from engine.limits import TILE_PX
from engine.shift import shown
from engine.types import Pixels, Plan, TileSource, silent

# A strip is whole rows of cells, as many as fit: pixels, and cells for their tiles' JPEGs (25 MB).
_STRIP_BYTES = 24 * 2**20
_STRIP_CELLS = 4096

# OpenCV decodes a JPEG at a part of its size for a part of the time. Its flags for that say BGR; these bits of them do not.
_REDUCED = {
    1: cv2.IMREAD_COLOR_RGB,
    2: cv2.IMREAD_COLOR_RGB | cv2.IMREAD_REDUCED_GRAYSCALE_2,
    4: cv2.IMREAD_COLOR_RGB | cv2.IMREAD_REDUCED_GRAYSCALE_4,
    8: cv2.IMREAD_COLOR_RGB | cv2.IMREAD_REDUCED_GRAYSCALE_8,
}


def strips(plan: Plan, tiles: TileSource, cell_px: int, *, quick: bool = False) -> Iterator[Pixels]:
    """Rows of cells from the top as pixels, (n * cell_px, cols * cell_px, 3) uint8.

    quick : tiles are decoded at a reduced size where that is enough.

    Only tiles of the plan are decoded. Raises TileUnreadable.
    """
    grid = plan.grid
    fit = min(_STRIP_BYTES // (grid.cols * cell_px**2 * 3), _STRIP_CELLS // grid.cols)
    how = _reduced(cell_px) if quick else _REDUCED[1]
    for top in range(0, grid.rows, max(1, fit)):
        bottom = min(top + max(1, fit), grid.rows)
        cells = np.arange(top * grid.cols, bottom * grid.cols)
        strip = np.empty(((bottom - top) * cell_px, grid.cols * cell_px, 3), np.uint8)
        _lay(plan, tiles, cells, strip, how)
        yield strip


def _reduced(cell_px: int) -> int:
    return _REDUCED[
        max(factor for factor in _REDUCED if factor == 1 or cell_px * factor <= TILE_PX)
    ]


def _lay(plan: Plan, tiles: TileSource, cells: NDArray[np.int64], strip: Pixels, how: int) -> None:
    """Draw the cells of a strip; each of their tiles is decoded once."""
    cell_px = strip.shape[1] // plan.grid.cols
    numbers, which = np.unique(plan.assignment[cells], return_inverse=True)
    order = np.argsort(which, kind="stable")
    places = np.split(cells[order], np.bincount(which).cumsum()[:-1])
    jpegs = list(tiles.jpegs(numbers.astype(np.int64)))
    first, cols = cells[0], plan.grid.cols

    def work(start: int, stop: int) -> None:
        for i in range(start, stop):
            tile = _tile(jpegs[i], int(numbers[i]), cell_px, how)
            for cell in places[i]:
                row, col = (x * cell_px for x in divmod(cell - first, cols))
                strip[row : row + cell_px, col : col + cell_px] = shown(
                    plan, cell[np.newaxis], tile[np.newaxis]
                )[0]

    run_blocks(work, len(jpegs), 64, stage="", progress=silent)


def _tile(jpeg: bytes, number: int, cell_px: int, how: int) -> Pixels:
    """A tile at the size of a cell."""
    pixels = cv2.imdecode(np.frombuffer(jpeg, np.uint8), how) if jpeg else None
    if pixels is None:
        raise TileUnreadable(
            f"The picture of tile {number} is damaged. Add its picture to the tile set again, or make the mosaic with "
            "another tile set; your photo is kept."
        )
    how_to_size = cv2.INTER_AREA if pixels.shape[0] > cell_px else cv2.INTER_CUBIC
    sized: Pixels = cv2.resize(pixels, (cell_px, cell_px), interpolation=how_to_size)  # type: ignore[assignment]
    return sized
