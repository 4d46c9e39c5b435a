"""sRGB, CIELAB and the difference that the eye sees between two colours.

CIELAB is under D65 for the 2 degree observer, as scikit-image has it. Kernels release the GIL.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.kernel import kernel
from engine.types import Pixels

Lab = NDArray[np.float32]
"""(..., 3) CIELAB: lightness 0 to 100, then green to red and blue to yellow, about -110 to 110."""

_WHITE = np.array([0.95047, 1.0, 1.08883])
_RGB_TO_XYZ = np.array(
    [
        [0.412453, 0.357580, 0.180423],
        [0.212671, 0.715160, 0.072169],
        [0.019334, 0.119193, 0.950227],
    ]
)
# White is divided out here, so that each of X, Y, Z is 0 to 1 in the kernels.
_TO_XYZ = _RGB_TO_XYZ / _WHITE[:, np.newaxis]
_FROM_XYZ = np.linalg.inv(_TO_XYZ)

# Below these the two curves are straight lines: IEC 61966-2-1 and CIE 15.
_SRGB_LINE, _LAB_LINE = 0.04045, 216 / 24389
_LAB_SLOPE, _LAB_BASE = 24389 / 27 / 116, 16 / 116

# Between 4,096 knots the curves are taken as straight: 0.0005 of L and 0.005 of an 8-bit step at most.
_KNOTS = 4096


def _linear(srgb: NDArray[np.float64]) -> NDArray[np.float64]:
    curve = ((srgb + 0.055) / 1.055) ** 2.4
    return np.where(srgb <= _SRGB_LINE, srgb / 12.92, curve)


def _encoded(linear: NDArray[np.float64]) -> NDArray[np.float64]:
    curve = 1.055 * np.maximum(linear, 0) ** (1 / 2.4) - 0.055
    return np.where(linear <= _SRGB_LINE / 12.92, linear * 12.92, curve)


def _lightness(share: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(share > _LAB_LINE, np.cbrt(share), share * _LAB_SLOPE + _LAB_BASE)


# One knot more than is needed, so that the last one has a neighbour.
_AT = np.arange(_KNOTS + 2) / _KNOTS
_LINEAR_OF = _linear(np.arange(257) / 255).astype(np.float32)
_LIGHTNESS_OF = _lightness(_AT).astype(np.float32)
_ENCODED_OF = (_encoded(_AT) * 255).astype(np.float32)


def lab(rgb: Pixels | NDArray[np.float32]) -> Lab:
    """CIELAB of sRGB, within 0.003 of `skimage.color.rgb2lab`.

    rgb : (..., 3) uint8, or float32 from 0 to 255. Returns (..., 3) float32.

    >>> lab(np.array([200, 30, 30], np.uint8)).round().tolist()
    [43.0, 63.0, 45.0]
    """
    out = np.empty(rgb.shape, np.float32)
    flat: NDArray[Any] = np.ascontiguousarray(rgb).reshape(-1, 3)
    _lab(flat, out.reshape(-1, 3))
    return out


def rgb(colors: Lab, *, knee: float | NDArray[np.float32] = 1.0) -> Pixels:
    """8-bit sRGB of CIELAB; what the screen cannot show is drawn towards the grey of the same lightness.

    colors : (..., 3) float32; lightness outside 0 to 100 is cut off.
    knee : share of the way from grey to the most vivid colour up to which colours stay as they are, above 0 and up to 1.
        Those beyond it are pressed together smoothly into the rest, so that none of them become one. A number or an
        array that broadcasts to (...).
    Returns (..., 3) uint8.
    """
    out = np.empty(colors.shape, np.uint8)
    flat = np.ascontiguousarray(colors, np.float32).reshape(-1, 3)
    knees = np.broadcast_to(np.asarray(knee, np.float32), colors.shape[:-1]).reshape(-1)
    _rgb(flat, np.ascontiguousarray(knees), out.reshape(-1, 3))
    return out


def color_difference(first: Lab, second: Lab) -> NDArray[np.float32]:
    """CIEDE2000 between colours [1]_; 1 is just visible, and 100 is black to white.

    first, second : (..., 3) float32 CIELAB of the same shape. Returns (...) float32.

    .. [1] Sharma, Wu, Dalal (2005): The CIEDE2000 color-difference formula. Color Research & Application 30(1).
       :DOI:`10.1002/col.20070`
    """
    out = np.empty(first.shape[:-1], np.float32)
    one = np.ascontiguousarray(first, np.float32).reshape(-1, 3)
    other = np.ascontiguousarray(second, np.float32).reshape(-1, 3)
    _differences(one, other, out.reshape(-1))
    return out


@kernel(inline="always")
def _on_curve(values: NDArray[np.float32], at: Any) -> Any:
    place = at * np.float32(_KNOTS)
    knot = int(place)
    return values[knot] + (values[knot + 1] - values[knot]) * (place - np.float32(knot))


@kernel(inline="always")
def _linear_at(value: Any) -> Any:
    """Between two 8-bit steps as straight as between knots; a whole number meets one of them."""
    step = int(value)
    part = np.float32(value) - np.float32(step)
    return _LINEAR_OF[step] + (_LINEAR_OF[step + 1] - _LINEAR_OF[step]) * part


@kernel
def _lab(pixels: Pixels | NDArray[np.float32], out: Lab) -> None:
    matrix = _TO_XYZ.astype(np.float32)
    for i in range(len(pixels)):
        r, g, b = _linear_at(pixels[i, 0]), _linear_at(pixels[i, 1]), _linear_at(pixels[i, 2])
        x = _on_curve(_LIGHTNESS_OF, matrix[0, 0] * r + matrix[0, 1] * g + matrix[0, 2] * b)
        y = _on_curve(_LIGHTNESS_OF, matrix[1, 0] * r + matrix[1, 1] * g + matrix[1, 2] * b)
        z = _on_curve(_LIGHTNESS_OF, matrix[2, 0] * r + matrix[2, 1] * g + matrix[2, 2] * b)
        out[i, 0] = np.float32(116) * y - np.float32(16)
        out[i, 1] = np.float32(500) * (x - y)
        out[i, 2] = np.float32(200) * (y - z)


@kernel(inline="always")
def _share(lightness: Any) -> Any:
    if lightness > np.float32(6 / 29):
        return lightness * lightness * lightness
    return (lightness - np.float32(_LAB_BASE)) * np.float32(1 / _LAB_SLOPE)


@kernel(inline="always", error_model="numpy")
def _kept(up: Any, down: Any, grey: Any, knee: Any) -> Any:
    """Share of its distance from grey that a colour keeps; up and down are how far its channels are above and below."""
    reach = max(up / (np.float32(1.0001) - grey), down / (grey + np.float32(0.0001)))
    room, over = np.float32(1) - knee, reach - knee
    if over <= 0:
        return np.float32(1)
    # From the knee on with slope 1, towards 1 and never there.
    return (knee + room * over / (room + over)) / reach


@kernel(error_model="numpy")
def _rgb(colors: Lab, knees: NDArray[np.float32], out: Pixels) -> None:
    matrix = _FROM_XYZ.astype(np.float32)
    zero, one = np.float32(0), np.float32(1)
    for i in range(len(colors)):
        lightness = min(max(colors[i, 0], zero), np.float32(100))
        y = (lightness + np.float32(16)) * np.float32(1 / 116)
        grey = min(max(_share(y), zero), one)
        x = _share(y + colors[i, 1] * np.float32(1 / 500))
        z = _share(y - colors[i, 2] * np.float32(1 / 200))
        r = matrix[0, 0] * x + matrix[0, 1] * grey + matrix[0, 2] * z - grey
        g = matrix[1, 0] * x + matrix[1, 1] * grey + matrix[1, 2] * z - grey
        b = matrix[2, 0] * x + matrix[2, 1] * grey + matrix[2, 2] * z - grey
        up, down = max(r, g, b), -min(r, g, b)
        keep = one
        if up > knees[i] * (one - grey) or down > knees[i] * grey:
            keep = _kept(up, down, grey, knees[i])
        for channel, offset in enumerate((r, g, b)):
            value = min(max(grey + offset * keep, zero), one)
            out[i, channel] = int(_on_curve(_ENCODED_OF, value) + np.float32(0.5))


@kernel
def _differences(first: Lab, second: Lab, out: NDArray[np.float32]) -> None:
    for i in range(len(out)):
        out[i] = _difference(first[i], second[i])


@kernel
def _difference(first: Lab, second: Lab) -> float:
    """The formula in its authors' steps and, as far as ASCII goes, their names."""
    (l1, a1, b1), (l2, a2, b2) = first, second
    g = 1.5 - 0.5 * _vividness((math.hypot(a1, b1) + math.hypot(a2, b2)) / 2)
    a1, a2 = a1 * g, a2 * g
    c1, c2 = math.hypot(a1, b1), math.hypot(a2, b2)
    h1, h2 = math.atan2(b1, a1), math.atan2(b2, a2)
    turn = h2 - h1
    if turn > math.pi:
        turn -= 2 * math.pi
    elif turn < -math.pi:
        turn += 2 * math.pi
    chroma = (c1 + c2) / 2
    hue = math.degrees(h1 + turn / 2)
    if c1 * c2 == 0:
        turn, hue = 0.0, math.degrees(h1 + h2)
    hue %= 360
    dl = (l2 - l1) / _weight_of_lightness((l1 + l2) / 2)
    dc = (c2 - c1) / (1 + 0.045 * chroma)
    dh = 2 * math.sqrt(c1 * c2) * math.sin(turn / 2) / (1 + 0.015 * chroma * _hue_weight(hue))
    blue = 60 * math.exp(-(((hue - 275) / 25) ** 2))
    rotation = -2 * _vividness(chroma) * math.sin(math.radians(blue))
    return math.sqrt(dl * dl + dc * dc + dh * dh + rotation * dc * dh)


@kernel(inline="always")
def _vividness(chroma: float) -> float:
    seventh = chroma**7
    return math.sqrt(seventh / (seventh + 25.0**7))


@kernel(inline="always")
def _weight_of_lightness(lightness: float) -> float:
    offset = (lightness - 50) ** 2
    return 1 + 0.015 * offset / math.sqrt(20 + offset)


@kernel(inline="always")
def _hue_weight(hue: float) -> float:
    return (
        1
        - 0.17 * math.cos(math.radians(hue - 30))
        + 0.24 * math.cos(math.radians(2 * hue))
        + 0.32 * math.cos(math.radians(3 * hue + 6))
        - 0.20 * math.cos(math.radians(4 * hue - 63))
    )
