"""A plan to pictures: the full mosaic in bounded memory in any format, and a small preview."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import numpy as np

from engine.decode import jpeg_bytes
from engine.errors import BadSetting
from engine.far import picture
from engine.grid import Grid
from engine.limits import CELL_PX_MAX, CELL_PX_MIN, DPI_MAX, DPI_MIN, JPEG_MAX_PX
from engine.save import Canvas, Files, Format
from engine.shift import shown
from engine.stream import PIPE_BYTES
from engine.strips import strips
from engine.types import Plan, Progress, Thumbs, TileSource, silent

CELL_PX = 50
DRAWING = "Drawing the mosaic"


def write_mosaic(
    plan: Plan,
    tiles: TileSource,
    outputs: Mapping[Format, Path],
    *,
    cell_px: int = CELL_PX,
    dpi: float = 300,
    tiff: Literal["deflate", "jpeg"] = "deflate",
    progress: Progress = silent,
) -> None:
    """Write the full mosaic in one or more formats at once, in sRGB with its profile embedded.

    outputs : where each format goes. The files appear under their names when all of them are complete.
    cell_px : side of a tile, 16 to 512 px.
    dpi : dots per inch that printers take the picture for.
    tiff : how a TIFF keeps its pixels: exactly, or as JPEG in a fifth of the space.

    Only tiles of the plan are decoded. Memory is that of a strip, of one row of cells at least, and of a few rows of
    squares in TIFF and zoom files; nothing as large as the picture is in memory or in a file beside it.

    Raises BadSetting before anything is drawn, TileUnreadable, and OSError where a file cannot be written.
    """
    canvas = canvas_of(plan.grid, outputs, cell_px, dpi, tiff)
    with Files(outputs, canvas) as files:
        done = 0
        for strip in strips(plan, tiles, cell_px):
            # As much at a time as a pipe takes: one file's compression goes on while the next is fed.
            for part in np.array_split(strip, max(1, strip.nbytes // PIPE_BYTES)):
                files.write(part)
                done += len(part)
                progress(DRAWING, done / canvas.height)
        files.finish(progress)


def canvas_of(
    grid: Grid,
    outputs: Mapping[Format, Path],
    cell_px: int = CELL_PX,
    dpi: float = 300,
    tiff: Literal["deflate", "jpeg"] = "deflate",
) -> Canvas:
    """The size in px of a mosaic. Raises BadSetting where it cannot be written as asked."""
    if not CELL_PX_MIN <= cell_px <= CELL_PX_MAX:
        raise BadSetting(
            f"The side of a tile is {CELL_PX_MIN} to {CELL_PX_MAX} px: {cell_px} is not. 50 is a good start."
        )
    if not DPI_MIN <= dpi <= DPI_MAX:
        raise BadSetting(
            f"Dots per inch are {DPI_MIN} to {DPI_MAX:,}: {dpi} is not. 300 is right for print."
        )
    width, height = grid.cols * cell_px, grid.rows * cell_px
    if Format.JPEG in outputs and max(width, height) > JPEG_MAX_PX:
        fits = JPEG_MAX_PX // max(grid.cols, grid.rows)
        raise BadSetting(
            f"This mosaic is {width:,} x {height:,} px, and a JPEG holds {JPEG_MAX_PX:,} px on a side at most. "
            f"Choose TIFF, which has no such limit, or tiles of up to {fits} px."
        )
    return Canvas(width, height, dpi, tiff)


def sketch(plan: Plan, thumbs: Thumbs) -> bytes:
    """The whole mosaic as a JPEG of its tiles' thumbs, 5 px a cell: in milliseconds, without opening a tile.

    thumbs : (tiles, 5, 5, 3) uint8, of all tiles of the index.
    """
    cells = np.arange(len(plan.assignment))
    return jpeg_bytes(picture(shown(plan, cells, thumbs[plan.assignment]), plan.grid.cols))


def preview(plan: Plan, tiles: TileSource, *, long_side: int = 1200) -> bytes:
    """The whole mosaic as a small JPEG, at most `long_side` px where a cell keeps at least one pixel."""
    cell_px = max(1, long_side // max(plan.grid.cols, plan.grid.rows))
    return jpeg_bytes(np.concatenate(list(strips(plan, tiles, cell_px, quick=True))))
