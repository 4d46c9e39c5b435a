"""The candidates as edges from cells to tiles, with as many to each cell as it asks for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.place.rules import Edges
from engine.types import Candidates, Scores, Tiles


@dataclass(frozen=True)
class Table:
    """Cell c has edges start[c] to start[c + 1]. Among equals the first is preferred.

    start : (cells + 1,) int64.
    tiles, scores : (edges,).
    mirrored : (edges,) bool; None where no tile is.
    steps : (3, edges) float32, colour errors as in `ColorErrors`; None where the matcher has none.
    weights : (cells,) float32, what a squared error of colour costs; None where there are no errors.
    family_of : (tiles,) int32 the family of each tile; None where each tile is its own.
    """

    start: NDArray[np.int64]
    tiles: Tiles
    scores: Scores
    mirrored: NDArray[np.bool_] | None
    steps: NDArray[np.float32] | None
    weights: NDArray[np.float32] | None
    family_of: NDArray[np.int32] | None = None

    @classmethod
    def of(cls, candidates: Candidates) -> Table:
        """All candidates of all cells, without a copy."""
        cells, k = candidates.tiles.shape
        mirrored, errors = candidates.mirrored, candidates.errors
        return cls(
            np.arange(cells + 1, dtype=np.int64) * k,
            np.ascontiguousarray(candidates.tiles, np.int32).reshape(-1),
            np.ascontiguousarray(candidates.scores, np.float32).reshape(-1),
            None if mirrored is None else np.ascontiguousarray(mirrored).reshape(-1),
            None if errors is None else np.ascontiguousarray(errors.steps).reshape(3, -1),
            None if errors is None else errors.weights,
        )

    @cached_property
    def edges(self) -> Edges:
        """What kernels see of it."""
        families = self.tiles if self.family_of is None else self.family_of[self.tiles]
        return Edges(self.start, families.view(np.uint32), self.scores)

    @property
    def counts(self) -> NDArray[np.int64]:
        """(cells,) how many edges each cell has."""
        return np.diff(self.start)

    def only(self, kept: NDArray[np.bool_]) -> Table:
        """Without the edges that are not kept, (edges,) bool."""
        before = np.concatenate([[0], np.cumsum(kept)])
        return replace(
            self,
            start=before[self.start],
            tiles=self.tiles[kept],
            scores=self.scores[kept],
            mirrored=None if self.mirrored is None else self.mirrored[kept],
            steps=None if self.steps is None else self.steps[:, kept],
        )

    def with_more(self, cells: NDArray[np.int64], more: Candidates) -> Table:
        """With the candidates `more` of these cells, each named once, after those they had."""
        added = np.zeros(len(self.start) - 1, np.int64)
        added[cells] = more.tiles.shape[1]
        start = np.concatenate([[0], np.cumsum(self.counts + added)])
        old = np.arange(len(self.tiles)) + np.repeat(start[:-1] - self.start[:-1], self.counts)
        new = (start[cells] + self.counts[cells])[:, np.newaxis] + np.arange(more.tiles.shape[1])

        def joined(before: NDArray[Any], after: NDArray[Any]) -> NDArray[Any]:
            out = np.empty((*before.shape[:-1], start[-1]), before.dtype)
            out[..., old], out[..., new] = before, after
            return out

        mirrored = self.mirrored
        if mirrored is not None or more.mirrored is not None:
            none = np.zeros(1, np.bool_)
            before = np.broadcast_to(none, self.tiles.shape) if mirrored is None else mirrored
            mirrored = joined(before, none if more.mirrored is None else more.mirrored)
        return replace(
            self,
            start=start,
            tiles=joined(self.tiles, more.tiles),
            scores=joined(self.scores, more.scores),
            mirrored=mirrored,
            steps=None
            if self.steps is None or more.errors is None
            else joined(self.steps, more.errors.steps),
        )
