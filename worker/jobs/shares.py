"""How much of a source a worker reads at a time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Of what is left a part takes a third, where that is less than a full one.
AMONG = 3
# Sums of shares that are no numbers of a computer's.
_ROUNDING = 1e-9


def parts_of(done: NDArray[np.float64], least: float, among: int = AMONG) -> NDArray[np.int64]:
    """In which part each piece is.

    done : (n,) how many full parts the pieces make up to each, with it.
    least : about what a part is at least. Towards the end parts become smaller, so that nobody reads on for long when others
        have nothing to do any more (guided self-scheduling [1]_).

    >>> parts_of(np.array([0.5, 1, 1.5, 2]), least=0.5, among=2).tolist()
    [0, 0, 1, 2]

    .. [1] Polychronopoulos and Kuck (1987). :DOI:`10.1109/TC.1987.5009495`
    """
    ends, total = [0.0], float(done[-1]) if len(done) else 0.0
    while (left := total - ends[-1]) > _ROUNDING:
        size = min(1.0, left / among)
        if size < least:  # the last ones are alike
            size = left / max(1, round(left / least))
        ends.append(ends[-1] + size)
    return np.searchsorted(np.array(ends[1:-1]) + _ROUNDING, done)
