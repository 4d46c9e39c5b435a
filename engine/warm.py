"""Everything that is compiled for a hand on the slider, once before the hand comes: a cold start costs most of a minute."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from engine import build, curve, quality, ranked, render
from engine.index import Index
from engine.types import Settings
from engine.wishes import Wishes

# More tiles than a cell has candidates.
TILES, SIDE = 600, 160
# More cells than are scored at once, and fewer: their arrays lie in memory in other ways, and are compiled for each.
MANY, FEW = 20, 12
CHOICES = 24
FAMILIES = np.arange(TILES, dtype=np.int32) // 2
# What is asked for first comes first.
LOOKS = (
    (Settings(), Wishes(families=FAMILIES, calm=True)),
    (Settings(), Wishes(families=FAMILIES, bans=frozenset({1}), pins={0: 2}, calm=True)),
    (Settings(), Wishes(families=FAMILIES, max_uses=40, min_distance=1, calm=True)),
    (Settings(placement="improved"), Wishes(families=FAMILIES, calm=True)),
    (Settings(matcher="classic"), Wishes(families=FAMILIES, calm=True)),
    (Settings(mirrors=False, shift=0.5), Wishes(calm=True)),
    (Settings(matcher="exhaustive"), Wishes(families=FAMILIES, calm=True)),
    (Settings(placement="optimal"), Wishes(families=FAMILIES, calm=True)),
)


def warm() -> None:
    """Tune a mosaic of noise in each way that the page offers. What is on disk from before is loaded, in a second or two."""
    random = np.random.default_rng(0)
    photo = random.integers(0, 256, (SIDE, SIDE, 3), np.uint8)
    with tempfile.TemporaryDirectory() as name:
        # Mapped from a file, as sets are: kernels are compiled for arrays that cannot be written to.
        folder = Path(name)
        Index.build(random.integers(0, 256, (TILES, 5, 5, 3), np.uint8)).save(folder)
        index = Index.load(folder)
        for settings, wishes in LOOKS:
            match = build.find(photo, index, settings, cells_across=MANY)
            plan = match.plan(settings, wishes=wishes)
            render.sketch(plan, index.thumbs)
            quality.receipt(plan, match.cells, index)
            ranked.ranked(match, plan, 0, bans=wishes.bans, most=CHOICES)
            curve.curve(match, settings, families=wishes.families)
        build.find(photo, index, Settings(), cells_across=FEW)
