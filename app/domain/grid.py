"""How many cells a photo is cut into, and how large its mosaic gets.

The arithmetic of `engine.grid` without the engine, so that web processes stay small; a test holds the two equal.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.errors import BadInput
from app.domain.limits import (
    CELL_PX,
    CELLS_ACROSS_MAX,
    CELLS_ACROSS_MIN,
    CELLS_MAX,
    PHOTO_MIN_SIDE,
)

ENLARGE = 8
ORIGINAL_LONG_SIDE = 600
_ROUNDING = 1e-9


@dataclass(frozen=True)
class GridSize:
    """Cells across and down."""

    cols: int
    rows: int

    @property
    def cells(self) -> int:
        """Number of cells."""
        return self.cols * self.rows

    @property
    def width(self) -> int:
        """Width of the finished mosaic in pixels."""
        return self.cols * CELL_PX

    @property
    def height(self) -> int:
        """Height of the finished mosaic in pixels."""
        return self.rows * CELL_PX


def grid_size(width: int, height: int, cells_across: int | None = None) -> GridSize:
    """Cut a photo of `width` x `height` px into square cells.

    Without `cells_across` as the original does: enlarged 8x and cut in 50 px cells, where a larger photo counts as
    600 px on its long side. Raises BadInput with a sentence where that gives no usable grid.
    """
    if min(width, height) < PHOTO_MIN_SIDE:
        raise BadInput(
            f"This photo is {width} x {height} px; the smallest we can cut into cells is "
            f"{PHOTO_MIN_SIDE} x {PHOTO_MIN_SIDE}. Choose a larger photo.",
            field="photo",
        )
    if cells_across is not None:
        _check_cells_across(cells_across, width)
    cell = cell_side(width, height, cells_across)
    size = GridSize(int(width / cell + _ROUNDING), int(height / cell + _ROUNDING))
    if size.rows < 1 or size.cols < 1:
        raise BadInput(
            f"A photo of {width} x {height} px is too narrow for {cells_across or size.cols} cells across. "
            "Choose more cells across, or another photo.",
            field="cells_across",
        )
    if size.cells > CELLS_MAX:
        raise BadInput(
            f"{size.cols} x {size.rows} are {size.cells:,} cells; the most we make is {CELLS_MAX:,}. "
            "Choose fewer cells across.",
            field="cells_across",
        )
    return size


def cell_side(width: int, height: int, cells_across: int | None = None) -> float:
    """Side of a cell in px of the photo."""
    if cells_across is not None:
        return width / cells_across
    return CELL_PX / ENLARGE * max(1.0, max(width, height) / ORIGINAL_LONG_SIDE)


def _check_cells_across(cells_across: int, width: int) -> None:
    if not CELLS_ACROSS_MIN <= cells_across <= CELLS_ACROSS_MAX:
        raise BadInput(
            f"Cells across has to be from {CELLS_ACROSS_MIN} to {CELLS_ACROSS_MAX}; it was {cells_across}.",
            field="cells_across",
        )
    if cells_across > width:
        raise BadInput(
            f"This photo is {width} px wide, too small for {cells_across} cells across. "
            f"Choose at most {width}, or a larger photo.",
            field="cells_across",
        )
