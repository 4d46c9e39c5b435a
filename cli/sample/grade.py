"""Grade a tile as one would in a darkroom: a curve for exposure, a tint that spares black and white."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.types import Pixels

LEVELS = np.arange(256) / 255
# Beyond these a curve leaves noise or chalk.
FLATTEST, STEEPEST = 0.3, 3.0

Table = NDArray[np.float64]
"""A value for each of the 256 levels of lightness."""


def grade(pixels: Pixels, lab: tuple[float, float, float]) -> Pixels:
    """Move the mean of (h, w, 3) uint8 sRGB towards a CIELAB colour; blacks stay black and whites white.

    All is a function of lightness alone, so that it is three table look-ups on 8-bit CIELAB.
    """
    light, *colours = cv2.split(cv2.cvtColor(pixels, cv2.COLOR_RGB2LAB))
    share = np.bincount(light.ravel(), minlength=256) / light.size
    curve = _exposure(share, lab[0] / 100)
    # Saturation follows exposure at half its pace, as on film.
    gain = cv2.LUT(light, np.sqrt((curve + 1e-3) / (LEVELS + 1e-3)).clip(0.5, 1.3).astype("f4"))
    tint = cv2.LUT(light, _midtones(curve, share).astype("f4"))
    graded = [cv2.LUT(light, np.rint(curve * 255).astype(np.uint8))]
    for colour, target in zip(colours, lab[1:], strict=True):
        strong = cv2.multiply(colour - np.float32(128), gain)
        moved = cv2.scaleAdd(tint, target - cv2.mean(strong)[0], strong)
        graded.append(np.rint(moved + np.float32(128)).clip(0, 255).astype(np.uint8))
    return np.asarray(cv2.cvtColor(cv2.merge(graded), cv2.COLOR_LAB2RGB), np.uint8)


def _exposure(share: Table, target: float) -> Table:
    """The power curve that takes the mean of the histogram `share` nearest to `target` (0 to 1)."""
    flattest, steepest = FLATTEST, STEEPEST
    for _ in range(12):
        power = (flattest * steepest) ** 0.5
        if (share * LEVELS**power).sum() > target:
            flattest = power
        else:
            steepest = power
    return np.asarray(LEVELS**power)


def _midtones(curve: Table, share: Table) -> Table:
    """How much of a tint each level takes: none at black and white; 1 on the mean of the picture."""
    weight = np.sqrt(curve * (1 - curve))
    return np.asarray((weight / max((share * weight).sum(), 0.02)).clip(0, 2))
