"""Colours in plain Python: CIELAB and sRGB, the boxes that colours are counted in, and what people call them.

The arithmetic of `engine.color` without the engine, so that web processes stay small; a test holds the two equal.
"""

from __future__ import annotations

import math
from functools import cache
from itertools import product

Lab = tuple[float, float, float]
"""Lightness 0 to 100, then green to red and blue to yellow, about -110 to 110."""
Rgb = tuple[int, int, int]
"""sRGB, 0 to 255."""
Box = tuple[int, int, int]
"""A colour lies in box floor(Lab / BOX)."""

# What the eye forgives in a mosaic seen from afar, and few enough boxes (some 800 in sRGB) to be kept in a row.
BOX = 10
# White itself, of lightness 100, lies with what is nearly white, and not in a box of its own.
LIGHTEST = 100 // BOX - 1

_WHITE = (0.95047, 1.0, 1.08883)
_TO_XYZ = (
    (0.412453, 0.357580, 0.180423),
    (0.212671, 0.715160, 0.072169),
    (0.019334, 0.119193, 0.950227),
)
_FROM_XYZ = (
    (3.240481, -1.537152, -0.498536),
    (-0.969255, 1.875990, 0.041556),
    (0.055647, -0.204041, 1.057311),
)
# A little over the edge is rounding, not another colour.
_SLACK = 1e-4

GREY_CHROMA = 12
# Up to which lightness greys have which name.
GREYS = (
    (15, "blacks"),
    (38, "dark greys"),
    (65, "greys"),
    (90, "light greys"),
    (math.inf, "whites"),
)
# Up to which hue, in degrees, colours have which name: dark, in between, light.
HUES = (
    (42, ("dark reds", "reds", "pinks")),
    (80, ("dark browns", "browns", "sands")),
    (108, ("dark olives", "ochres", "yellows")),
    (170, ("dark greens", "greens", "light greens")),
    (235, ("dark teals", "teals", "light teals")),
    (310, ("dark blues", "blues", "light blues")),
    (345, ("dark purples", "purples", "light purples")),
    (361, ("dark reds", "reds", "pinks")),
)
DARK, LIGHT = 35, 65
# These are called otherwise from this chroma on.
BROWNS, ORANGES, ORANGE_CHROMA = ("browns", "sands"), "oranges", 50


def lab_of(color: Rgb) -> Lab:
    """CIELAB under D65.

    >>> [round(part) for part in lab_of((200, 30, 30))]
    [43, 63, 45]
    """
    linear = [_linear(part / 255) for part in color]
    x, y, z = (
        _lightness(sum(map(_times, row, linear)) / white)
        for row, white in zip(_TO_XYZ, _WHITE, strict=True)
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def rgb_of(color: Lab) -> Rgb | None:
    """The nearest 8-bit sRGB, or None for what a screen cannot show.

    >>> rgb_of((100, 0, 0)), rgb_of((50, -100, 0))
    ((255, 255, 255), None)
    """
    y = (color[0] + 16) / 116
    shares = (y + color[1] / 500, y, y - color[2] / 200)
    xyz = [_amount(share) * white for share, white in zip(shares, _WHITE, strict=True)]
    linear = [sum(map(_times, row, xyz)) for row in _FROM_XYZ]
    if any(not -_SLACK <= part <= 1 + _SLACK for part in linear):
        return None
    red, green, blue = (round(255 * _encoded(min(max(part, 0.0), 1.0))) for part in linear)
    return red, green, blue


def middle_of(box: Box) -> Lab:
    """The colour in the middle of a box."""
    return (box[0] + 0.5) * BOX, (box[1] + 0.5) * BOX, (box[2] + 0.5) * BOX


@cache
def gamut() -> dict[Box, Rgb]:
    """The boxes whose middle a screen can show, with that colour."""
    boxes = product(range(LIGHTEST + 1), range(-9, 10), range(-11, 10))
    shown = ((box, rgb_of(middle_of(box))) for box in boxes)
    return {box: color for box, color in shown if color is not None}


def chroma(color: Lab) -> float:
    """How far from grey."""
    return math.hypot(color[1], color[2])


def name_of(color: Lab) -> str:
    """What people call such colours, in the plural.

    >>> name_of((20, 5, -40)), name_of((50, 2, 2)), name_of((75, 12, 20)), name_of((60, 40, 60))
    ('dark blues', 'greys', 'sands', 'oranges')
    """
    lightness = color[0]
    if chroma(color) < GREY_CHROMA:
        return next(name for limit, name in GREYS if lightness < limit)
    hue = math.degrees(math.atan2(color[2], color[1])) % 360
    names = next(names for limit, names in HUES if hue < limit)
    name = names[(lightness >= DARK) + (lightness >= LIGHT)]
    return ORANGES if name in BROWNS and chroma(color) >= ORANGE_CHROMA else name


def _times(one: float, other: float) -> float:
    return one * other


def _linear(srgb: float) -> float:
    return srgb / 12.92 if srgb <= 0.04045 else ((srgb + 0.055) / 1.055) ** 2.4


def _encoded(linear: float) -> float:
    return linear * 12.92 if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055


def _lightness(share: float) -> float:
    return math.cbrt(share) if share > 216 / 24389 else share * 24389 / 27 / 116 + 16 / 116


def _amount(lightness: float) -> float:
    return lightness**3 if lightness > 6 / 29 else (lightness - 16 / 116) * 116 * 27 / 24389
