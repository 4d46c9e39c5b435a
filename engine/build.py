"""From a photo and an index to a plan: describe, find candidates, score, place."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.deepen import deepened
from engine.grid import Grid
from engine.index import Index
from engine.match import Matcher, matcher_named
from engine.place import Table, place
from engine.place.solve import method_named
from engine.shift import cell_colors
from engine.types import Candidates, Pixels, Plan, Progress, Settings, Thumbs, silent
from engine.wishes import NO_WISHES, Wishes


def make_plan(
    photo: Pixels,
    index: Index,
    settings: Settings,
    *,
    wishes: Wishes = NO_WISHES,
    cells_across: int | None = None,
    progress: Progress = silent,
) -> Plan:
    """Choose a tile for every cell of a photo.

    photo : (height, width, 3) uint8 in sRGB.
    wishes : repeat controls, bans and pins.
    cells_across : cells in a row; default: the original's grid (see `Grid.fit`).
    progress : told each stage and its share done; what it raises ends the work.

    Raises PhotoTooSmall and BadSetting. The same input gives the same plan.
    """
    match = find(
        photo, index, settings, wishes=wishes, cells_across=cells_across, progress=progress
    )
    return match.plan(settings, wishes=wishes, progress=progress)


@dataclass(frozen=True)
class Match:
    """A photo with candidates for its cells: plans of any penalty, wishes, placement and shift come from it at once."""

    grid: Grid
    cells: Thumbs
    index: Index
    matcher: Matcher
    candidates: Table

    def plan(
        self, settings: Settings, *, wishes: Wishes = NO_WISHES, progress: Progress = silent
    ) -> Plan:
        """Place. Raises BadSetting, also where the wishes cannot be held."""
        matcher = self.matcher
        placed = place(
            self.candidates,
            penalty=settings.penalty,
            tiles=len(self.index),
            cols=self.grid.cols,
            method=settings.placement or matcher.placement,
            wishes=wishes,
            more=self._more,
            progress=progress,
        )
        shift = matcher.shift if settings.shift is None else settings.shift
        return Plan(
            self.grid,
            placed.tiles,
            placed.scores,
            placed.mirrored,
            shift,
            self.colors if shift else None,
            placed.objective,
            placed.gap,
        )

    @cached_property
    def colors(self) -> NDArray[np.uint8]:
        """(cells, 3) uint8, the mean colour of each cell in sRGB."""
        return cell_colors(self.cells)

    def _more(self, which: NDArray[np.int64], k: int, allowed: NDArray[np.bool_]) -> Candidates:
        mirrors = self.candidates.mirrored is not None
        return self.matcher.find_among(self.cells, which, self.index, k, allowed, mirrors=mirrors)


def find(
    photo: Pixels,
    index: Index,
    settings: Settings,
    *,
    wishes: Wishes = NO_WISHES,
    cells_across: int | None = None,
    progress: Progress = silent,
) -> Match:
    """Describe a photo and find candidates for its cells; arguments and errors as for `make_plan`."""
    matcher = matcher_named(settings.matcher)
    method_named(settings.placement or matcher.placement)
    height, width = photo.shape[:2]
    grid = Grid.fit(width, height, cells_across)
    cells = grid.thumbs(photo)
    progress("Looking at the photo", 1.0)
    k = settings.k or matcher.k
    if matcher.best_first and settings.penalty == 0 and not wishes:
        k = 1
    mirrors = matcher.mirrors if settings.mirrors is None else settings.mirrors
    candidates = matcher.find(cells, index, k, progress, mirrors=mirrors)
    table = (
        deepened(matcher, cells, index, candidates, progress, cols=grid.cols)
        if matcher.deepens
        else Table.of(candidates)
    )
    return Match(grid, cells, index, matcher, table)
