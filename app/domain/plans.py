"""The plan of a mosaic, as its file says it (`engine/plan_file.py`): which tile lies where, and how well."""

from __future__ import annotations

import gzip
import json
from array import array
from bisect import bisect_left
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Self

WORST = float("-inf")


@dataclass(frozen=True)
class KeptPlan:
    """Cells are counted row by row from 0.

    tiles : of each cell, the number of its tile in the tile set.
    scores : of each cell, the matcher's score.
    mirrored : cells whose tile is shown left to right.
    """

    cols: int
    rows: int
    tiles: array[int]
    scores: array[float]
    mirrored: Collection[int]

    @classmethod
    def of_file(cls, body: bytes) -> Self:
        """Of the object that a worker stored."""
        said = json.loads(gzip.decompress(body))
        scores = array("f", (WORST if score is None else score for score in said["scores"]))
        grid = said["grid"]
        mirrored = frozenset(said["mirrored"])
        return cls(grid["cols"], grid["rows"], array("i", said["tiles"]), scores, mirrored)

    @property
    def cells(self) -> int:
        """How many there are."""
        return len(self.tiles)

    def place(self, cell: int) -> tuple[int, int]:
        """Column and row of a cell, from 0."""
        row, column = divmod(cell, self.cols)
        return column, row

    def places_of(self, tile: int) -> list[int]:
        """All cells that show a tile."""
        return [cell for cell, number in enumerate(self.tiles) if number == tile]

    def better_than(self, cell: int) -> float:
        """Share of the cells, 0 to 1, whose tiles match worse."""
        return bisect_left(self._ranked, self.scores[cell]) / self.cells

    @cached_property
    def _ranked(self) -> list[float]:
        return sorted(self.scores)
