"""From a photo and an index to a plan: describe, find candidates, score, place."""

from __future__ import annotations

from engine.grid import Grid
from engine.index import Index
from engine.match import matcher_named
from engine.place import greedy
from engine.types import Pixels, Plan, Progress, Settings, silent


def make_plan(
    photo: Pixels,
    index: Index,
    settings: Settings,
    *,
    cells_across: int | None = None,
    progress: Progress = silent,
) -> Plan:
    """Choose a tile for every cell of a photo.

    photo : (height, width, 3) uint8 in sRGB.
    cells_across : cells in a row; default: the original's grid (see `Grid.fit`).
    progress : told each stage and its share done; what it raises ends the work.

    Raises PhotoTooSmall and BadSetting. The same input gives the same plan.
    """
    matcher = matcher_named(settings.matcher)
    height, width = photo.shape[:2]
    grid = Grid.fit(width, height, cells_across)
    cells = grid.thumbs(photo)
    progress("Looking at the photo", 1.0)
    k = 1 if matcher.best_first and settings.penalty == 0 else settings.k
    candidates = matcher.find(cells, index, k, progress)
    assignment, scores = greedy(candidates, settings.penalty, len(index))
    progress("Placing tiles", 1.0)
    return Plan(grid, assignment, scores)
