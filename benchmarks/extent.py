"""What is measured, and how much of it."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.library import PHOTOS

# The one photograph for speed and memory: 6,048 cells at 600 px.
PHOTO = "chelsea"


@dataclass(frozen=True)
class Extent:
    """How much is measured.

    long_side : px of the photographs.
    sample : cells that the slow references do; their time is extrapolated to all cells.
    repeats, replacings : times that a work is done whose best, or median, counts.
    sizes : libraries of the scaling runs.
    photos : those of placement and quality.
    """

    long_side: int = 600
    sample: int = 200
    repeats: int = 5
    replacings: int = 40
    # 5,000,000 are 25 times 200,000.
    sizes: tuple[int, ...] = (10_000, 100_000, 200_000, 1_000_000, 5_000_000)
    photos: tuple[str, ...] = PHOTOS


FULL = Extent()
QUICK = Extent(sample=120, repeats=2, replacings=15, sizes=())
