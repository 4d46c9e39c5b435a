"""Paper sizes, and lengths as people measure them. Inside, lengths are points: 72 to the inch, as in a PDF."""

from __future__ import annotations

POINTS = {"mm": 72 / 25.4, "in": 72.0}

CUSTOM = "custom"
# Width and height upright, in mm.
_INCH = 25.4
PAPERS: dict[str, tuple[float, float]] = {
    "A5": (148, 210),
    "A4": (210, 297),
    "A3": (297, 420),
    "A2": (420, 594),
    "A1": (594, 841),
    "A0": (841, 1189),
    "Letter": (8.5 * _INCH, 11 * _INCH),
    "Legal": (8.5 * _INCH, 14 * _INCH),
    "Tabloid": (11 * _INCH, 17 * _INCH),
    "10 x 15 cm": (100, 150),
    "13 x 18 cm": (130, 180),
    "30 x 40 cm": (300, 400),
    "50 x 70 cm": (500, 700),
    "18 x 24 in": (18 * _INCH, 24 * _INCH),
    "24 x 36 in": (24 * _INCH, 36 * _INCH),
}


def points(length: float, unit: str) -> float:
    """A length in mm or in as points."""
    return length * POINTS[unit]


def mm(length: float) -> str:
    """Points in mm, with a tenth where it matters.

    >>> mm(72), mm(7200)
    ('25.4 mm', '2,540 mm')
    """
    value = length / POINTS["mm"]
    return f"{value:,.0f} mm" if value >= 100 else f"{value:.1f} mm"


def inches(length: float) -> str:
    """Points in inches, with hundredths where it matters.

    >>> inches(22.5), inches(1734)
    ('0.31 in', '24.1 in')
    """
    value = length / 72
    return f"{value:,.1f} in" if value >= 10 else f"{value:.2f} in"
