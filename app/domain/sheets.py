"""Sheets: tiles drawn small, many in one picture, so that a wall of tiles needs few requests."""

from __future__ import annotations

# Sixteen by sixteen tiles of 64 px: a picture of 1024 px, some 240 kB. docs/adr/0011 has the measurements.
SHEET_SIDE = 16
SHEET_TILES = SHEET_SIDE * SHEET_SIDE
SHEET_TILE_PX = 64
# Sheets in one object: 65,536 tiles, some 60 MB.
OBJECT_SHEETS = 256


def sheet_of(number: int) -> int:
    """The sheet that has the tile of this number."""
    return number // SHEET_TILES


def place_in_sheet(number: int) -> tuple[int, int]:
    """Column and row of a tile in its sheet.

    >>> place_in_sheet(256 + 17)
    (1, 1)
    """
    row, column = divmod(number % SHEET_TILES, SHEET_SIDE)
    return column, row
