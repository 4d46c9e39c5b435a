"""Frames of high dynamic range as sRGB: what a good screen shows at its ordinary brightness, brighter parts pressed together."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from engine.types import Pixels

PQ, HLG = 16, 18
"""Transfer functions by their numbers in ITU-T H.273: SMPTE ST 2084 and ARIB STD-B67."""

# Diffuse white in cd/m2, and the top of what films hold: ITU-R BT.2408.
_WHITE, _PEAK = 203.0, 1000.0
# So diffuse white is at 83% of the screen's signal, where versions made for ordinary screens have it.
_EXPOSURE = np.float32(1.25)
# Linear light from BT.2020 to BT.709 primaries: ITU-R BT.2087, annex 2.
_TO_709 = np.array(
    [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]], np.float32
)
_LUMINANCE = np.array([0.2627, 0.6780, 0.0593], np.float32)


def to_srgb(pixels: NDArray[np.uint16], transfer: int) -> Pixels:
    """(h, w, 3) uint16 RGB with BT.2020 primaries, transfer PQ or HLG, to (h, w, 3) uint8 sRGB."""
    light = _light(transfer)[pixels >> 4]
    luminance = light @ _LUMINANCE
    # Reinhard's curve: nearly straight in the dark, and the peak is white.
    peak = np.float32(_PEAK / _WHITE)
    pressed = (1 + luminance / peak**2) / (1 + luminance) * _EXPOSURE
    srgb = np.clip((light * pressed[..., np.newaxis]) @ _TO_709.T, 0, 1)
    encoded = np.where(srgb <= 0.0031308, srgb * 12.92, 1.055 * srgb ** (1 / 2.4) - 0.055)
    return np.asarray((encoded * 255 + 0.5).astype(np.uint8))


@functools.cache
def _light(transfer: int) -> NDArray[np.float32]:
    """Linear light of 4,096 levels, 1 being diffuse white."""
    level = np.arange(4096) / 4095
    if transfer == PQ:
        root = level ** (32 / 2523)
        candela = 10_000 * (np.maximum(root - 0.8359375, 0) / (18.8515625 - 18.6875 * root)) ** (
            8192 / 1305
        )
    else:
        a, b, c = 0.17883277, 0.28466892, 0.55991073
        scene = np.where(level <= 0.5, level**2 / 3, (np.exp((level - c) / a) + b) / 12)
        candela = _PEAK * scene**1.2
    return np.asarray(candela / _WHITE, np.float32)
