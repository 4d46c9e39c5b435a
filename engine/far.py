"""How a mosaic looks from afar, where tiles melt into colours: both pictures blurred, then compared.

From near, a mosaic is its tiles; from afar it has to be the photo. Both pictures are taken at 5 px a cell.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.color import color_difference, lab
from engine.limits import THUMB_PX
from engine.types import Pixels, Thumbs

# Half a cell for colour, less for structure: what is left to see from about ten picture widths away.
_COLOR_BLUR, _STRUCTURE_BLUR = 2.5, 1.5
_WINDOW = 7
# What of a cell's mean runs together with itself, with the next cell and with the next but one along one direction, under
# the blur for colour: autocorrelation of a cell under a Gaussian of half its side. OWN is a cell with itself.
SHARED = np.array([0.48846334, 0.23178561, 0.02352865], np.float32)
OWN = float(SHARED[0]) ** 2
_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2


def picture(thumbs: Thumbs, cols: int) -> Pixels:
    """Thumbs of all cells, row by row, as one picture: (cells, 5, 5, 3) to (rows * 5, cols * 5, 3)."""
    rows = len(thumbs) // cols
    cut = thumbs.reshape(rows, cols, THUMB_PX, THUMB_PX, 3).swapaxes(1, 2)
    return np.ascontiguousarray(cut).reshape(rows * THUMB_PX, cols * THUMB_PX, 3)


def far_color_error(first: Pixels, second: Pixels) -> float:
    """Mean CIEDE2000 between two pictures of one size, blurred by a Gaussian of 2.5 px; 0 is the same colours."""
    colors = [lab(_blurred(pixels, _COLOR_BLUR)) for pixels in (first, second)]
    return float(color_difference(*colors).mean(dtype=np.float64))


def far_ssim(first: Pixels, second: Pixels) -> float:
    """Structural similarity of two pictures of one size, blurred by a Gaussian of 1.5 px; 1 is the same structure.

    Equal to `skimage.metrics.structural_similarity(first, second, channel_axis=2, data_range=255)` of the blurred
    pictures: uniform windows of 7 px with sample covariance, averaged where whole windows fit. A picture less than
    7 px high, of a single row of cells, gets windows of 5 px.
    """
    a, b = (_blurred(pixels, _STRUCTURE_BLUR).astype(np.float64) for pixels in (first, second))
    side = min(_WINDOW, *(length - 1 + length % 2 for length in a.shape[:2]))
    mean_a, mean_b = _means(a, side), _means(b, side)
    sample = side**2 / (side**2 - 1)
    variances = sample * (_means(a * a + b * b, side) - mean_a**2 - mean_b**2)
    covariance = sample * (_means(a * b, side) - mean_a * mean_b)
    above = (2 * mean_a * mean_b + _C1) * (2 * covariance + _C2)
    below = (mean_a**2 + mean_b**2 + _C1) * (variances + _C2)
    return float((above / below).mean())


def _blurred(pixels: Pixels, sigma: float) -> NDArray[np.float32]:
    """As `scipy.ndimage.gaussian_filter` does it: cut off at 4 sigma, mirrored at the border."""
    blurred: NDArray[np.float32] = cv2.GaussianBlur(  # type: ignore[assignment]
        pixels.astype(np.float32), (0, 0), sigma, borderType=cv2.BORDER_REFLECT
    )
    return blurred


def _means(values: NDArray[np.float64], side: int) -> NDArray[np.float64]:
    """Means over windows of `side` px, where whole windows fit."""
    edge = side // 2
    means = cv2.blur(values, (side, side))
    return np.asarray(means, np.float64)[
        edge : values.shape[0] - edge, edge : values.shape[1] - edge
    ]
