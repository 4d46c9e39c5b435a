"""The two scripts as they were, cell after cell: slow, and right by definition."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from skimage.metrics import structural_similarity

from engine.types import Thumbs


def exhaustive(cells: Thumbs, thumbs: Thumbs) -> NDArray[np.int64]:
    """The original: for each cell, every tile's sum of squared differences; the first of equals is taken."""
    wide = thumbs.astype(np.int32)
    return np.array([((wide - cell) ** 2).sum(axis=(1, 2, 3)).argmin() for cell in cells])


def classic(cells: Thumbs, thumbs: Thumbs, penalty: float, k: int = 100) -> NDArray[np.int64]:
    """The KD-tree version: the k nearest mean colours, SSIM of each, less what earlier uses cost."""
    tree = cKDTree(thumbs.reshape(-1, 25, 3).mean(axis=1))
    k = min(k, len(thumbs))
    uses = np.zeros(len(thumbs))
    chosen = []
    for cell in cells:
        _, tiles = tree.query(cell.reshape(25, 3).mean(axis=0), k=k)
        values = [
            structural_similarity(cell, thumbs[tile], channel_axis=2, data_range=255, win_size=3)
            for tile in tiles
        ]
        chosen.append(tiles[np.argmax(values - uses[tiles] * penalty)])
        uses[chosen[-1]] += 1
    return np.array(chosen)
