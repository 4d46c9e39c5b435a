"""How a photo lies under its mosaic, which shows whole cells only."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.grid import cell_side
from app.models import Mosaic

WIDE, SQUARE = 1.25, 0.9


def shape(mosaic: Mosaic) -> str:
    """`wide`, `square` or `tall`: how a page fits the picture in."""
    ratio = mosaic.cols / mosaic.rows
    return "wide" if ratio >= WIDE else "square" if ratio >= SQUARE else "tall"


@dataclass(frozen=True)
class Crop:
    """By how much the photo is wider and higher than the cells; it is cropped evenly on both sides."""

    zoom_x: float
    zoom_y: float

    @classmethod
    def of(cls, mosaic: Mosaic) -> Crop:
        """Of the grid that the mosaic was asked for."""
        photo = mosaic.photo
        cell = cell_side(photo.width, photo.height, mosaic.cells_across)
        return cls(
            zoom_x=round(photo.width / (mosaic.cols * cell), 5),
            zoom_y=round(photo.height / (mosaic.rows * cell), 5),
        )
