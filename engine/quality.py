"""The quality receipt: how like the photo a plan is, and how many tiles it took."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from engine.index import Index
from engine.ssim import ssim
from engine.types import Plan, Thumbs


@dataclass(frozen=True, slots=True)
class Receipt:
    """Figures of one mosaic. SSIM is that of each cell with its tile, whatever the matcher looked at."""

    cells: int
    distinct: int
    most_used_tile: int
    most_used_times: int
    ssim_mean: float
    ssim_median: float
    ssim_best: float
    ssim_worst: float

    def as_dict(self) -> dict[str, int | float]:
        """As plain numbers under their names."""
        return asdict(self)


def receipt(plan: Plan, cells: Thumbs, index: Index) -> Receipt:
    """Measure a plan.

    cells : (cells, 5, 5, 3) uint8, `plan.grid.thumbs(photo)`.
    """
    scores = ssim(cells, index.thumbs, plan.assignment[:, np.newaxis], stage="Measuring")[:, 0]
    uses = np.bincount(plan.assignment)
    return Receipt(
        cells=len(plan.assignment),
        distinct=int(np.count_nonzero(uses)),
        most_used_tile=int(uses.argmax()),
        most_used_times=int(uses.max()),
        ssim_mean=float(scores.mean(dtype=np.float64)),
        ssim_median=float(np.median(scores)),
        ssim_best=float(scores.max()),
        ssim_worst=float(scores.min()),
    )
