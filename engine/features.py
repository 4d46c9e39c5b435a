"""What a thumb is described by when tiles are searched."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.types import Thumbs


def color_sums(thumbs: Thumbs) -> NDArray[np.uint16]:
    """Mean colour times 25, so that it stays a whole number: (n, 5, 5, 3) uint8 to (n, 3) uint16."""
    sums: NDArray[np.uint16] = thumbs.reshape(-1, 25, 3).sum(axis=1, dtype=np.uint16)
    return sums


def flat(thumbs: Thumbs) -> NDArray[np.uint8]:
    """(n, 5, 5, 3) to (n, 75), a read-only view: kernels are compiled once for mapped files and plain arrays alike."""
    view = thumbs.reshape(-1, 75)
    view.flags.writeable = False
    return view
