"""CIELAB for the sample: D65, L 0..100, a and b about -100..100, float32."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def lab_of(rgb: NDArray[np.uint8]) -> Floats:
    """(..., 3) uint8 sRGB to (..., 3) float32 CIELAB."""
    flat = np.ascontiguousarray(rgb).reshape(1, -1, 3).astype(np.float32) / 255
    return np.asarray(cv2.cvtColor(flat, cv2.COLOR_RGB2LAB), np.float32).reshape(rgb.shape)


def mean_labs(thumbs: NDArray[np.uint8]) -> Floats:
    """(n, 5, 5, 3) uint8 thumbs to the (n, 3) mean colour of each."""
    means: Floats = lab_of(thumbs).mean(axis=(1, 2), dtype=np.float32)
    return means
