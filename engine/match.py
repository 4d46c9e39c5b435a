"""The matchers: which tiles are looked at for each cell, and how well each of them fits.

A matcher is an object with a name, a sentence and two functions. To add one, write it here and list it in `MATCHERS`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.blocks import run_blocks
from engine.errors import BadSetting
from engine.features import color_sums
from engine.index import Index
from engine.mirrors import best_of_both
from engine.nearest import nearest, squared_differences
from engine.perceptual import perceptual_candidates, perceptual_score
from engine.ssim import ssim
from engine.types import Candidates, Progress, Thumbs, Tiles, silent

Cells = NDArray[np.int64]
"""Numbers of cells: (n,)."""

FINDING, SCORING = "Finding candidates", "Comparing tiles"


@dataclass(frozen=True, slots=True)
class Matcher:
    """A way to match.

    name : what settings call it.
    sentence : what it does, for a person.
    candidates : (cells, index, k, progress) to the numbers of tiles worth a comparison, (cells, any) int32.
    score : (cells, which, index, tiles, k, progress) to at most k of these tiles with their scores; higher is better. Row i
        of the tiles belongs to cell which[i]; the other cells are there to be compared with.
    k, mirrors, shift, placement : candidates of each cell, whether tiles may be mirrored, the share that their colours go
        towards their cells, and how they are placed, where settings leave it open.
    deepens : whether cells whose candidates are used up get more of them.
    best_first : candidates come in order of their score, so without a penalty one is enough.
    """

    name: str
    sentence: str
    candidates: Callable[[Thumbs, Index, int, Progress], Tiles]
    score: Callable[[Thumbs, Cells, Index, Tiles, int, Progress], Candidates]
    k: int = 100
    mirrors: bool = False
    shift: float = 0.0
    placement: str = "improved"
    deepens: bool = False
    best_first: bool = False

    def find(
        self,
        cells: Thumbs,
        index: Index,
        k: int,
        progress: Progress,
        *,
        mirrors: bool = False,
        which: Cells | None = None,
    ) -> Candidates:
        """At most k candidates of each cell, or of cells number `which`, with their scores.

        Of mirrored tiles too where `mirrors` is set.
        """
        k = min(k, len(index))
        sides = _sides(cells, mirrors=mirrors)
        which = np.arange(len(cells)) if which is None else which
        parts = [_part(progress, number, len(sides)) for number in range(len(sides))]
        tiles = [
            self.candidates(side[which], index, k, part)
            for side, part in zip(sides, parts, strict=True)
        ]
        found = [
            self.score(side, which, index, some, k, part)
            for side, some, part in zip(sides, tiles, parts, strict=True)
        ]
        return best_of_both(found[0], found[1], k) if mirrors else found[0]

    def find_among(
        self,
        cells: Thumbs,
        which: Cells,
        index: Index,
        k: int,
        allowed: NDArray[np.bool_],
        *,
        mirrors: bool = False,
    ) -> Candidates:
        """For cells number `which`, k of the allowed tiles, (tiles,) bool, or all of them where they are fewer.

        They are the nearest by their pixels; each is there as it is and mirrored where `mirrors` is set.
        """
        numbers = np.flatnonzero(allowed).astype(np.int32)
        k = min(k, len(numbers))
        thumbs = index.thumbs[numbers]
        found = [
            self.score(side, which, index, numbers[nearest(side[which], thumbs, k)], k, silent)
            for side in _sides(cells, mirrors=mirrors)
        ]
        return best_of_both(found[0], found[1], 2 * k) if mirrors else found[0]


def _sides(cells: Thumbs, *, mirrors: bool) -> list[Thumbs]:
    """Cells, and mirrored: a mirrored tile is to a cell what the tile is to the mirrored cell."""
    return [cells, np.ascontiguousarray(cells[:, :, ::-1])] if mirrors else [cells]


def _part(progress: Progress, number: int, parts: int) -> Progress:
    """Progress of one of several parts as that of the whole."""
    return lambda stage, share: progress(stage, (number + share) / parts)


def matcher_named(name: str) -> Matcher:
    """The matcher of that name. Raises BadSetting."""
    if name not in MATCHERS:
        raise BadSetting(
            f"There is no matcher called {name!r}. Choose one of: {', '.join(MATCHERS)}."
        )
    return MATCHERS[name]


def _by_mean_color(cells: Thumbs, index: Index, k: int, progress: Progress) -> Tiles:
    sums, tree = color_sums(cells), index.color_tree
    tiles = np.empty((len(cells), k), np.int32)

    def work(start: int, stop: int) -> None:
        tiles[start:stop] = tree.query(sums[start:stop], k=np.arange(1, k + 1))[1]

    run_blocks(work, len(cells), 512, stage=FINDING, progress=progress)
    return tiles


def _by_ssim(
    cells: Thumbs, which: Cells, index: Index, tiles: Tiles, _k: int, progress: Progress
) -> Candidates:
    scores = ssim(cells[which], index.thumbs, tiles, stage=SCORING, progress=progress)
    return Candidates(tiles, scores)


def _by_every_pixel(cells: Thumbs, index: Index, k: int, progress: Progress) -> Tiles:
    return nearest(cells, index.thumbs, k, stage=FINDING, progress=progress)


def _by_distance(
    cells: Thumbs, which: Cells, index: Index, tiles: Tiles, _k: int, progress: Progress
) -> Candidates:
    # In units of the whole range of values: a penalty then means about as much as it does beside SSIM.
    distance = np.sqrt(squared_differences(cells[which], index.thumbs, tiles) / 75) / 255
    progress(SCORING, 1.0)
    return Candidates(tiles, np.negative(distance, dtype=np.float32))


CLASSIC = Matcher(
    "classic",
    "Looks at the average colour of each tile first, then at its structure.",
    _by_mean_color,
    _by_ssim,
    placement="greedy",
)
EXHAUSTIVE = Matcher(
    "exhaustive",
    "Compares every tile with every cell, pixel by pixel.",
    _by_every_pixel,
    _by_distance,
    best_first=True,
)
PERCEPTUAL = Matcher(
    "perceptual",
    "Looks at colour and structure as an eye does.",
    perceptual_candidates,
    perceptual_score,
    k=160,
    mirrors=True,
    deepens=True,
    # Hardly to be seen on a tile (1.2 of CIEDE2000), and a fifth less colour error from afar; no likeness is lost.
    shift=0.2,
)
MATCHERS = {matcher.name: matcher for matcher in (PERCEPTUAL, CLASSIC, EXHAUSTIVE)}
