"""What a thumb is described by when tiles are searched."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.kernel import kernel
from engine.types import Thumbs


def color_sums(thumbs: Thumbs) -> NDArray[np.uint16]:
    """Mean colour times 25, so that it stays a whole number: (n, 5, 5, 3) uint8 to (n, 3) uint16."""
    sums = np.empty((len(thumbs), 3), np.uint16)
    _sum_colors(flat(thumbs), sums)
    return sums


@kernel
def _sum_colors(thumbs: NDArray[np.uint8], sums: NDArray[np.uint16]) -> None:
    for i in range(len(thumbs)):
        red, green, blue = np.uint16(0), np.uint16(0), np.uint16(0)
        for j in range(0, 75, 3):
            red += thumbs[i, j]
            green += thumbs[i, j + 1]
            blue += thumbs[i, j + 2]
        sums[i, 0], sums[i, 1], sums[i, 2] = red, green, blue


def flat(thumbs: Thumbs) -> NDArray[np.uint8]:
    """(n, 5, 5, 3) to (n, 75), a read-only view: kernels are compiled once for mapped files and plain arrays alike."""
    view = thumbs.reshape(-1, 75)
    view.flags.writeable = False
    return view
