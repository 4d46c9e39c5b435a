"""Tiles drawn small, many in one picture."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np

from app.domain.sheets import SHEET_SIDE, SHEET_TILE_PX, place_in_sheet
from engine.types import Pixels

# At 80 a sheet has 240 kB, and nobody sees at 64 px what 90 would add.
QUALITY = 80
GROUND = 128


def draw(tiles: Iterable[tuple[int, bytes]]) -> bytes:
    """JPEG of a sheet: each tile, given by its number and its own JPEG, at the place of its number.

    Returns a picture of SHEET_SIDE x SHEET_SIDE squares of SHEET_TILE_PX; places without a tile stay grey.
    """
    side = SHEET_SIDE * SHEET_TILE_PX
    sheet = np.full((side, side, 3), GROUND, np.uint8)
    for number, jpeg in tiles:
        column, row = (at * SHEET_TILE_PX for at in place_in_sheet(number))
        sheet[row : row + SHEET_TILE_PX, column : column + SHEET_TILE_PX] = small(jpeg)
    return cv2.imencode(".jpg", sheet, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1].tobytes()


def small(jpeg: bytes, side: int = SHEET_TILE_PX) -> Pixels:
    """One of our own tiles as (side, side, 3) uint8, in OpenCV's order of channels: blue first."""
    body = np.frombuffer(jpeg, np.uint8)
    # A tile of 128 px is decoded at half its size, in two thirds of the time.
    tile = cv2.imdecode(body, cv2.IMREAD_REDUCED_COLOR_2)
    if tile is None or len(tile) < side:
        tile = cv2.imdecode(body, cv2.IMREAD_COLOR)
    if tile is None:
        raise ValueError("a pack holds what is no JPEG")
    if tile.shape[:2] != (side, side):
        tile = cv2.resize(tile, (side, side), interpolation=cv2.INTER_AREA)
    return np.asarray(tile, np.uint8)
