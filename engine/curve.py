"""What likeness costs in variety: a mosaic laid anew at a row of penalties, from candidates that are at hand."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.build import Match
from engine.quality import mean_likeness
from engine.types import Settings
from engine.wishes import Wishes

# Closer together where the curve bends.
PENALTIES = (0.0, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.14, 0.2, 0.28, 0.38, 0.5)


@dataclass(frozen=True, slots=True)
class Point:
    """A mosaic of this penalty.

    likeness : mean SSIM of its cells, `ssim_mean` of a receipt.
    variety : different tiles, `distinct` of a receipt.
    """

    penalty: float
    likeness: float
    variety: int


def curve(
    match: Match, settings: Settings, *, families: NDArray[np.int32] | None = None
) -> list[Point]:
    """From the closest likeness to the most variety, without other wishes than families. The penalty of `settings` counts for nothing.

    "optimal" is laid as "improved", which is within 1% of it and takes milliseconds a point instead of seconds.
    """
    if settings.placement == "optimal":
        settings = replace(settings, placement="improved")
    wishes = Wishes(families=families)
    return [_point(match, replace(settings, penalty=penalty), wishes) for penalty in PENALTIES]


def _point(match: Match, settings: Settings, wishes: Wishes) -> Point:
    plan = match.plan(settings, wishes=wishes)
    likeness = mean_likeness(plan, match.cells, match.index)
    return Point(settings.penalty, likeness, len(np.unique(plan.assignment)))
