"""From a photo and an index to a plan: describe, find candidates, score, place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.feedback import with_feedback
from engine.grid import Grid
from engine.index import Index
from engine.match import matcher_named
from engine.place import greedy
from engine.shift import cell_colors
from engine.types import Candidates, Pixels, Plan, Progress, Scores, Settings, Tiles, silent


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
    k = settings.k or matcher.k
    if matcher.best_first and settings.penalty == 0:
        k = 1
    mirrors = matcher.mirrors if settings.mirrors is None else settings.mirrors
    candidates = matcher.find(cells, index, k, progress, mirrors=mirrors)
    plan = _place(grid, candidates, settings.penalty, len(index))
    progress("Placing tiles", 1.0)
    shift = matcher.shift if settings.shift is None else settings.shift
    return replace(plan, shift=shift, colors=cell_colors(cells)) if shift else plan


def _place(grid: Grid, candidates: Candidates, penalty: float, tiles: int) -> Plan:
    if candidates.errors is None:
        assignment, scores = greedy(candidates, penalty, tiles)
        return Plan(grid, assignment, scores, _mirrored(candidates, assignment, scores))
    chosen, objective = with_feedback(
        candidates, candidates.errors, penalty=penalty, tiles=tiles, cols=grid.cols
    )
    cells = np.arange(len(chosen))
    return Plan(
        grid,
        candidates.tiles[cells, chosen],
        candidates.scores[cells, chosen],
        None if candidates.mirrored is None else candidates.mirrored[cells, chosen],
        objective=objective,
    )


def _mirrored(
    candidates: Candidates, assignment: Tiles, scores: Scores
) -> NDArray[np.bool_] | None:
    """Which of the chosen tiles are mirrored; of a tile and its mirror image just as good, either will do."""
    if candidates.mirrored is None:
        return None
    same = candidates.tiles == assignment[:, np.newaxis]
    places = (same & (candidates.scores == scores[:, np.newaxis])).argmax(axis=1)
    return np.take_along_axis(candidates.mirrored, places[:, np.newaxis], axis=1)[:, 0]
