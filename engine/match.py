"""The matchers: which tiles are looked at for each cell, and how well each of them fits.

A matcher is an object with a name, a sentence and two functions. To add one, write it here and list it in `MATCHERS`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.blocks import run_blocks
from engine.errors import BadSetting
from engine.features import color_sums
from engine.index import Index
from engine.nearest import nearest, squared_differences
from engine.ssim import ssim
from engine.types import Candidates, Progress, Scores, Thumbs, Tiles

FINDING, SCORING = "Finding candidates", "Comparing tiles"


@dataclass(frozen=True, slots=True)
class Matcher:
    """A way to match.

    name : what settings call it.
    sentence : what it does, for a person.
    candidates : (cells, index, k, progress) to k tile numbers for each cell, (cells, k) int32.
    score : (cells, index, tiles, progress) to the score of each, (cells, k) float32; higher is better.
    best_first : candidates come in order of their score, so without a penalty one is enough.
    """

    name: str
    sentence: str
    candidates: Callable[[Thumbs, Index, int, Progress], Tiles]
    score: Callable[[Thumbs, Index, Tiles, Progress], Scores]
    best_first: bool = False

    def find(self, cells: Thumbs, index: Index, k: int, progress: Progress) -> Candidates:
        """At most k candidates of each cell with their scores."""
        tiles = self.candidates(cells, index, min(k, len(index)), progress)
        return Candidates(tiles, self.score(cells, index, tiles, progress))


def matcher_named(name: str) -> Matcher:
    """The matcher of that name. Raises BadSetting."""
    if name not in MATCHERS:
        raise BadSetting(f"There is no matcher called {name!r}. Choose {' or '.join(MATCHERS)}.")
    return MATCHERS[name]


def _by_mean_color(cells: Thumbs, index: Index, k: int, progress: Progress) -> Tiles:
    sums, tree = color_sums(cells), index.color_tree
    tiles = np.empty((len(cells), k), np.int32)

    def work(start: int, stop: int) -> None:
        tiles[start:stop] = tree.query(sums[start:stop], k=np.arange(1, k + 1))[1]

    run_blocks(work, len(cells), 512, stage=FINDING, progress=progress)
    return tiles


def _by_ssim(cells: Thumbs, index: Index, tiles: Tiles, progress: Progress) -> Scores:
    return ssim(cells, index.thumbs, tiles, stage=SCORING, progress=progress)


def _by_every_pixel(cells: Thumbs, index: Index, k: int, progress: Progress) -> Tiles:
    return nearest(cells, index.thumbs, k, stage=FINDING, progress=progress)


def _by_distance(cells: Thumbs, index: Index, tiles: Tiles, progress: Progress) -> Scores:
    # In units of the whole range of values: a penalty then means about as much as it does beside SSIM.
    distance = np.sqrt(squared_differences(cells, index.thumbs, tiles) / 75) / 255
    progress(SCORING, 1.0)
    return np.negative(distance, dtype=np.float32)


CLASSIC = Matcher(
    "classic",
    "Looks at the average colour of each tile first, then at its structure.",
    _by_mean_color,
    _by_ssim,
)
EXHAUSTIVE = Matcher(
    "exhaustive",
    "Compares every tile with every cell, pixel by pixel.",
    _by_every_pixel,
    _by_distance,
    best_first=True,
)
MATCHERS = {matcher.name: matcher for matcher in (CLASSIC, EXHAUSTIVE)}
