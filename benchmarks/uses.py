"""How often the busiest tile is laid, guessed and true: `TILES=thumbs.npz python -m benchmarks.uses`, some ten minutes.

docs/adr/0012 has what it printed. The constants in `app.domain.preflight` were fitted to the true numbers.
"""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from app.domain.colors import BOX, Box
from app.domain.preflight import SHARES, fit
from benchmarks.library import photo, thumbs_from
from engine.build import make_plan
from engine.color import lab
from engine.index import Index
from engine.types import Settings, Thumbs

PHOTOS = ("astronaut", "chelsea", "coffee", "rocket", "retina")
SIZES = (190_000, 20_000, 5_000, 1_000)
PENALTIES = (0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
QUANTILES = (0.5, 0.9, 1)


def main() -> None:
    """Print each guess beside the truth, and how far they are apart."""
    thumbs = thumbs_from(os.environ.get("TILES", ""))
    ratios = []
    for tiles, name, penalty, guess, true in guesses(thumbs):
        print(f"{tiles:7} {name:10} {penalty:<5} guessed {guess:5} laid {true:5}")
        ratios.append(math.exp(abs(math.log(guess / true))))
    print({share: round(float(np.quantile(ratios, share)), 2) for share in QUANTILES})


def guesses(thumbs: Thumbs) -> Iterator[tuple[int, str, float, int, int]]:
    """Tiles, photo, penalty, guess, truth."""
    rng = np.random.default_rng(3)
    for size in SIZES:
        whole = size >= len(thumbs)
        some = (
            np.arange(len(thumbs))
            if whole
            else np.sort(rng.choice(len(thumbs), size, replace=False))
        )
        index, counts = Index.build(thumbs[some]), _counts(thumbs[some])
        for name in PHOTOS:
            picture = photo(name)
            for penalty in PENALTIES:
                plan = make_plan(picture, index, Settings("perceptual", penalty))
                cells = plan.grid.thumbs(picture)
                shares = _counts(cells, scale=SHARES / len(cells))
                guess = fit(
                    photo=shares,
                    tiles=counts,
                    cells=len(cells),
                    tile_count=len(some),
                    penalty=penalty,
                ).most_used
                true = int(np.bincount(plan.assignment).max())
                yield len(some), name, penalty, guess or 0, true


def _counts(thumbs: Thumbs, *, scale: float = 1.0) -> dict[Box, int]:
    means: NDArray[np.float32] = thumbs.reshape(len(thumbs), -1, 3).mean(1, dtype=np.float32)
    boxes = np.floor(lab(means) / BOX).astype(int)
    counted = Counter((light, a, b) for light, a, b in boxes.tolist())
    return {box: round(scale * count) for box, count in counted.items()}


if __name__ == "__main__":
    main()
