"""A plan to pictures: strips of the full mosaic in bounded memory, and a small preview."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.blocks import run_blocks
from engine.decode import jpeg_bytes
from engine.errors import TileUnreadable
from engine.limits import TILE_PX
from engine.save import Raw, save_jpeg, save_png
from engine.types import Pixels, Plan, Progress, TileSource, silent

CELL_PX = 50
DRAWING = "Drawing the mosaic"

# One strip is about this large; two of them and their tiles are in memory at a time.
_STRIP_BYTES = 24 * 2**20
# OpenCV decodes a JPEG at a part of its size for a part of the time.
_REDUCED = {
    2: cv2.IMREAD_REDUCED_COLOR_2,
    4: cv2.IMREAD_REDUCED_COLOR_4,
    8: cv2.IMREAD_REDUCED_COLOR_8,
}


def write_mosaic(
    plan: Plan,
    tiles: TileSource,
    jpeg: Path | None,
    png: Path | None = None,
    *,
    cell_px: int = CELL_PX,
    progress: Progress = silent,
) -> None:
    """Write the full mosaic as JPEG (quality 92), PNG or both, in sRGB with its profile embedded.

    A file appears under its name only when it is complete. Only tiles of the plan are decoded. Memory is bounded by
    strips; while it works, the folder of the first file holds the raw pixels, 3 bytes each.

    Raises TileUnreadable, and OSError where a file cannot be written.
    """
    wanted = [(path, save) for path, save in ((jpeg, save_jpeg), (png, save_png)) if path]
    with tempfile.NamedTemporaryFile(dir=wanted[0][0].parent, prefix=".tessera-") as file:
        for strip, share in _strips(plan, tiles, cell_px):
            file.write(strip.tobytes())
            progress(DRAWING, share)
        file.flush()
        raw = Raw(Path(file.name), plan.grid.cols * cell_px, plan.grid.rows * cell_px)
        for path, save in wanted:
            save(raw, path, progress)


def preview(plan: Plan, tiles: TileSource, *, long_side: int = 1200) -> bytes:
    """The whole mosaic as a small JPEG, at most `long_side` px where a cell keeps at least one pixel."""
    cell_px = max(1, long_side // max(plan.grid.cols, plan.grid.rows))
    return jpeg_bytes(
        np.concatenate([strip for strip, _ in _strips(plan, tiles, cell_px, reduced=True)])
    )


def _strips(
    plan: Plan, tiles: TileSource, cell_px: int, *, reduced: bool = False
) -> Iterator[tuple[Pixels, float]]:
    """Rows of cells from the top, as pixels and the share done with them."""
    grid = plan.grid
    cells = plan.assignment.reshape(grid.rows, grid.cols)
    rows = max(1, _STRIP_BYTES // (grid.cols * cell_px**2 * 3))
    how = _how_to_read(cell_px) if reduced else cv2.IMREAD_COLOR
    for top in range(0, grid.rows, rows):
        part = cells[top : top + rows]
        numbers, places = np.unique(part, return_inverse=True)
        small = _decode(tiles, numbers.astype(np.int64), cell_px, how)
        strip = small[places.reshape(part.shape)].swapaxes(1, 2)
        yield strip.reshape(-1, grid.cols * cell_px, 3), (top + len(part)) / grid.rows


def _how_to_read(cell_px: int) -> int:
    factor = max((factor for factor in _REDUCED if cell_px * factor <= TILE_PX), default=1)
    return _REDUCED.get(factor, cv2.IMREAD_COLOR)


def _decode(tiles: TileSource, numbers: NDArray[np.int64], cell_px: int, how: int) -> Pixels:
    """Tiles at the size of a cell, (n, cell_px, cell_px, 3)."""
    jpegs = list(tiles.jpegs(numbers))
    out = np.empty((len(numbers), cell_px, cell_px, 3), np.uint8)

    def work(start: int, stop: int) -> None:
        for i in range(start, stop):
            out[i] = _tile(jpegs[i], int(numbers[i]), cell_px, how)

    run_blocks(work, len(jpegs), 64, stage=DRAWING, progress=silent)
    return out


def _tile(jpeg: bytes, number: int, cell_px: int, how: int) -> Pixels:
    pixels = cv2.imdecode(np.frombuffer(jpeg, np.uint8), how) if jpeg else None
    if pixels is None:
        raise TileUnreadable(
            f"The picture of tile {number} is damaged. Add its picture to the tile set again, or make the mosaic with "
            "another tile set; your photo is kept."
        )
    how_to_size = cv2.INTER_AREA if pixels.shape[0] > cell_px else cv2.INTER_CUBIC
    sized = cv2.resize(pixels, (cell_px, cell_px), interpolation=how_to_size)
    rgb: Pixels = sized[:, :, ::-1].astype(np.uint8, copy=False)
    return rgb
