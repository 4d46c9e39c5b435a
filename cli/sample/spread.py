"""Choose few that differ: farthest-point sampling (Gonzalez 1985, doi:10.1016/0304-3975(85)90224-5)."""

from __future__ import annotations

import numpy as np

from cli.sample.colors import Floats

# Squares of differences come from products of float32: below this share of the largest, two rows are copies.
COPY = 1e-5


def spread(points: Floats, count: int, start: int = 0) -> list[int]:
    """Rows of `points` (n, d), each the farthest from all chosen before it, beginning with `start`.

    Gives fewer than `count` when the rest are copies of chosen ones. The same input gives the same answer.
    """
    points = points - points.mean(axis=0)
    squares: Floats = np.einsum("ij,ij->i", points, points)
    copy = COPY * squares.max()
    chosen = [start]
    nearest = np.full(len(points), np.inf, np.float32)
    while len(chosen) < count:
        row = chosen[-1]
        np.minimum(nearest, squares + squares[row] - 2 * (points @ points[row]), out=nearest)
        farthest = int(nearest.argmax())
        if nearest[farthest] <= copy:
            break
        chosen.append(farthest)
    return chosen[:count]
