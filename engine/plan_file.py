"""A plan as a file: with the tile set and the photo it draws the same mosaic again.

Gzipped JSON, one object:

    format      "tessera-plan"
    version     1: readers refuse a greater one
    photo       {"width", "height"} of the photo in px, upright
    grid        {"cols", "rows", "box"}; box: left, top, right, bottom in photo px, the part that the cells cover
    settings    what was asked for, as the maker of the file calls it
    shift       share of the way, 0 to 1, that the colour of a tile goes towards its cell
    tiles       for each cell, row by row, the number of its tile in the tile set
    scores      for each cell the matcher's score before any penalty; null where there is none
    mirrored    the cells, ascending, whose tile is shown left to right
    colors      for each cell "rrggbb", its mean colour in the photo, end to end; null where nothing is shifted

Numbers are the tiles' own, which stay while rows of an index move. 6,048 cells are 30 to 60 kB, 60,000 cells up to 600 kB.
"""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import TileUnreadable, Unreadable
from engine.grid import Grid
from engine.types import Plan

FORMAT, VERSION = "tessera-plan", 1
NO_PLAN = "This is not a plan of a mosaic that this version of Tessera can read."

# Finer than any page shows; placement has done its work.
_DECIMALS = 4


@dataclass(frozen=True, slots=True)
class PlanFile:
    """What a plan file says.

    plan : with numbers of tiles where others have rows of an index; `in_index` turns them back.
    photo : width and height of the photo in px.
    settings : what was asked for.
    """

    plan: Plan
    photo: tuple[int, int]
    settings: Mapping[str, Any]

    def in_index(self, numbers: NDArray[np.integer]) -> Plan:
        """The plan with rows of an index, as all of the engine takes it.

        numbers : (tiles,) of the tiles in that index, ascending. Raises TileUnreadable where one is not there any more.
        """
        wanted = self.plan.assignment
        gone = np.unique(wanted[~np.isin(wanted, numbers)])
        if len(gone):
            raise TileUnreadable(
                f"{len(gone):,} of this mosaic's tiles were removed from their tile set since, so it cannot be drawn "
                "again. Make a new one from the same photo; what was made before is kept."
            )
        return replace(self.plan, assignment=np.searchsorted(numbers, wanted).astype(np.int32))


def written(
    plan: Plan,
    numbers: NDArray[np.integer],
    *,
    photo: tuple[int, int],
    settings: Mapping[str, Any],
) -> bytes:
    """A plan file; the same input gives the same bytes.

    plan : with rows of an index.
    numbers : (tiles,) of the tiles in that index.
    photo : width and height of the photo in px.
    settings : as JSON takes it.
    """
    grid = plan.grid
    mirrored = [] if plan.mirrored is None else np.flatnonzero(plan.mirrored).tolist()
    said = {
        "format": FORMAT,
        "version": VERSION,
        "photo": {"width": photo[0], "height": photo[1]},
        "grid": {"cols": grid.cols, "rows": grid.rows, "box": grid.box},
        "settings": settings,
        "shift": float(plan.shift),
        "tiles": numbers[plan.assignment].tolist(),
        "scores": [_short(score) for score in plan.scores.tolist()],
        "mirrored": mirrored,
        "colors": None if plan.colors is None else plan.colors.tobytes().hex(),
    }
    text = json.dumps(said, separators=(",", ":"), allow_nan=False)
    return gzip.compress(text.encode(), 6, mtime=0)


def read(body: bytes) -> PlanFile:
    """What was written. Raises Unreadable for what is no plan file, or one of a later version."""
    try:
        said = json.loads(gzip.decompress(body))
        if (said["format"], said["version"]) != (FORMAT, VERSION):
            raise Unreadable(NO_PLAN)
        photo = (said["photo"]["width"], said["photo"]["height"])
        return PlanFile(_plan(said), photo, said["settings"])
    except (OSError, EOFError, LookupError, ValueError, TypeError):
        raise Unreadable(NO_PLAN) from None


def _plan(said: Mapping[str, Any]) -> Plan:
    box: tuple[float, float, float, float] = tuple(said["grid"]["box"])
    grid = Grid(said["grid"]["cols"], said["grid"]["rows"], box)
    mirrored = np.zeros(grid.cells, bool)
    mirrored[said["mirrored"]] = True
    colors = said["colors"] and np.frombuffer(bytes.fromhex(said["colors"]), np.uint8)
    return Plan(
        grid,
        np.array(said["tiles"], np.int32).reshape(grid.cells),
        np.array(said["scores"], np.float32).reshape(grid.cells),
        mirrored if said["mirrored"] else None,
        said["shift"],
        None if colors is None else colors.reshape(grid.cells, 3),
    )


def _short(score: float) -> float | None:
    return round(score, _DECIMALS) if math.isfinite(score) else None
