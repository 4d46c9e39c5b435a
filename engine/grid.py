"""Photo to cells: how a photo is cut, and the thumb of every cell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from engine.errors import BadSetting, PhotoTooSmall
from engine.limits import ACROSS_MAX, ACROSS_MIN, CELLS_MAX, PHOTO_MIN_PX, THUMB_PX
from engine.types import Pixels, Thumbs

# The original enlarges the photo 8 times and cuts cells of 50 px; photos were 600 px on the long side.
ORIGINAL_CELL_PX = 50 / 8
ORIGINAL_LONG_SIDE = 600

# width / cell may land a hair under a whole number that it is meant to be.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells of a photo.

    cols, rows : whole cells across and down.
    box : (left, top, right, bottom) in photo px, the part of the photo that the cells cover.
    """

    cols: int
    rows: int
    box: tuple[float, float, float, float]

    @property
    def cells(self) -> int:
        """Number of cells."""
        return self.cols * self.rows

    @classmethod
    def fit(cls, width: int, height: int, cells_across: int | None = None) -> Grid:
        """The grid of a photo, cropped evenly on both sides to whole cells.

        cells_across : cells in a row, 4 to 300. Default: as the original, a cell of 6.25 px, where a
            photo longer than 600 px counts as scaled to 600 px.

        Raises PhotoTooSmall and BadSetting.

        >>> Grid.fit(600, 399)
        Grid(cols=96, rows=63, box=(0.0, 2.625, 600.0, 396.375))
        """
        if min(width, height) < PHOTO_MIN_PX:
            raise PhotoTooSmall(
                f"The photo is {width} x {height} px: too small for a mosaic. Choose one of at least {PHOTO_MIN_PX} px on each side."
            )
        cell = _cell_px(width, height, cells_across)
        cols, rows = int(width / cell + _ROUNDING), int(height / cell + _ROUNDING)
        _check_shape(width, height, cols, rows)
        left, top = max(0.0, (width - cols * cell) / 2), max(0.0, (height - rows * cell) / 2)
        return cls(cols, rows, (left, top, width - left, height - top))

    def thumbs(self, photo: Pixels) -> Thumbs:
        """Mean colours of the photo at 5 x 5 px a cell.

        photo : (height, width, 3) uint8, of the size that the grid was fitted to.
        Returns (cells, 5, 5, 3) uint8, row by row.
        """
        size = (self.cols * THUMB_PX, self.rows * THUMB_PX)
        small = np.asarray(Image.fromarray(photo).resize(size, Image.Resampling.BOX, box=self.box))
        cut = small.reshape(self.rows, THUMB_PX, self.cols, THUMB_PX, 3).swapaxes(1, 2)
        return np.ascontiguousarray(cut).reshape(-1, THUMB_PX, THUMB_PX, 3)


def _cell_px(width: int, height: int, cells_across: int | None) -> float:
    if cells_across is None:
        return ORIGINAL_CELL_PX * max(1.0, max(width, height) / ORIGINAL_LONG_SIDE)
    if not ACROSS_MIN <= cells_across <= ACROSS_MAX:
        raise BadSetting(
            f"Cells across is a whole number from {ACROSS_MIN} to {ACROSS_MAX}: {cells_across} is not. 96 is a good start."
        )
    if cells_across > width:
        raise PhotoTooSmall(
            f"The photo is {width} px wide: too small for {cells_across} cells across. "
            f"Use at most {min(width, ACROSS_MAX)} cells across, or a larger photo."
        )
    return width / cells_across


def _check_shape(width: int, height: int, cols: int, rows: int) -> None:
    if cols < 1 or rows < 1:
        raise PhotoTooSmall(
            f"The photo is {width} x {height} px: too narrow for one whole cell. Crop its long side, or use more cells across."
        )
    if cols * rows > CELLS_MAX:
        raise BadSetting(
            f"{cols} cells across make {cols * rows:,} cells on this photo; {CELLS_MAX:,} is the most. Use fewer cells across."
        )
