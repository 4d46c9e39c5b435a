"""How often the busiest tile is laid, guessed and true, in mosaics of many kinds of photos and sets.

`TILES=thumbs.npz PHOTOS=folder nice python -m benchmarks.uses`, some half an hour. TILES are thumbs of a library (without
it, of cuts of photographs that are at hand), PHOTOS a folder of a thousand photographs or so that sets are cut from.
Whatever follows on the line names the sets that are wanted, by a part of their names.

docs/adr/0012 has what it printed. The constants in `app.domain.preflight` were fitted to such numbers.
"""

from __future__ import annotations

import os
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.domain.colors import BOX, LIGHTEST, Box
from app.domain.preflight import SHARES, Uses, fit
from benchmarks.uses_sets import Tiles, photos, sets
from engine.build import find
from engine.color import lab
from engine.index import Index
from engine.types import Pixels, Settings, Thumbs
from engine.wishes import Wishes

PENALTIES = (0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
QUANTILES = (0.5, 0.9, 1)
FACTORS = (1.25, 1.7, 2)


@dataclass(frozen=True)
class Laid:
    """A mosaic: what was guessed of it, and what it was."""

    tiles: str
    photo: str
    penalty: float
    guess: Uses
    most_used: int
    distinct: int

    @property
    def factor(self) -> float:
        """How far the guess is off, from 1 on."""
        ratio = self.guess.about / self.most_used
        return max(ratio, 1 / ratio)

    @property
    def in_range(self) -> bool:
        """Whether the sentence was right."""
        return self.guess.least <= self.most_used <= self.guess.most

    def __str__(self) -> str:
        guess = f"guessed {self.guess.about:5} ({self.guess.least} to {self.guess.most})"
        laid = f"laid {self.most_used:5}, {self.distinct:5} different"
        return f"{self.tiles:22} {self.photo:16} {self.penalty:<5} {guess:28} {laid}"


def main(wanted: Sequence[str]) -> None:
    """Print each guess beside the truth; how far they are apart in each set, and in all."""
    library, folder = (os.environ.get(name, "") for name in ("TILES", "PHOTOS"))
    by_set = defaultdict(list)
    pictures = photos(folder)
    for tiles in sets(library, folder):
        if not wanted or any(name in tiles.name for name in wanted):
            for laid in _mosaics(tiles, pictures):
                print(laid, flush=True)
                by_set[tiles.name].append(laid)
    for name, all_laid in by_set.items():
        print(f"{name:22}", _spread(all_laid))
    print(f"{'all':22}", _spread([laid for some in by_set.values() for laid in some]))


def _spread(all_laid: Sequence[Laid]) -> str:
    factors = np.array([laid.factor for laid in all_laid])
    off = ", ".join(f"{np.quantile(factors, share):.2f}" for share in QUANTILES)
    within = ", ".join(f"{(factors <= factor).mean():.0%}" for factor in FACTORS)
    in_range = np.mean([laid.in_range for laid in all_laid])
    return f"off by {off} ({QUANTILES}); within {FACTORS}: {within}; in the range: {in_range:.0%}"


def _mosaics(tiles: Tiles, pictures: dict[str, Pixels]) -> Iterator[Laid]:
    index, colors = Index.build(tiles.thumbs), _counts(tiles.thumbs)
    wishes = Wishes(families=tiles.families, calm=True)
    for name, picture in pictures.items():
        match = find(picture, index, Settings())
        shares = _counts(match.cells, scale=SHARES / len(match.cells))
        for penalty in PENALTIES:
            guess = fit(
                photo=shares,
                tiles=colors,
                cells=len(match.cells),
                tile_count=len(index),
                penalty=penalty,
            ).uses
            uses = np.bincount(match.plan(Settings(penalty=penalty), wishes=wishes).assignment)
            if guess:
                laid = (int(uses.max()), int((uses > 0).sum()))
                yield Laid(tiles.name, name, penalty, guess, *laid)


def _counts(thumbs: Thumbs, *, scale: float = 1.0) -> dict[Box, int]:
    means: NDArray[np.float32] = thumbs.reshape(len(thumbs), -1, 3).mean(1, dtype=np.float32)
    boxes = np.floor(lab(means) / BOX).astype(int)
    boxes[:, 0] = np.minimum(boxes[:, 0], LIGHTEST)
    counted = Counter((light, a, b) for light, a, b in boxes.tolist())
    return {box: round(scale * count) for box, count in counted.items()}


if __name__ == "__main__":
    main(sys.argv[1:])
