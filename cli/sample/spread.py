"""Choose few that differ: farthest-point sampling (Gonzalez 1985, doi:10.1016/0304-3975(85)90224-5)."""

from __future__ import annotations

import numpy as np

from cli.sample.colors import Floats


def spread(points: Floats, count: int, start: int = 0) -> list[int]:
    """Rows of `points` (n, d), each the farthest from all chosen before it, beginning with `start`.

    Gives fewer than `count` when the rest are copies of chosen ones. The same input gives the same answer.
    """
    chosen = [start]
    nearest = _squared(points, start)
    while len(chosen) < count:
        farthest = int(nearest.argmax())
        if nearest[farthest] <= 0:
            break
        chosen.append(farthest)
        np.minimum(nearest, _squared(points, farthest), out=nearest)
    return chosen[:count]


def _squared(points: Floats, row: int) -> Floats:
    difference = points - points[row]
    squared: Floats = np.einsum("ij,ij->i", difference, difference)
    return squared
