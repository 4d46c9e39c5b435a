"""Which colours photographs need: CIELAB inside sRGB in small boxes, each with the number of tiles it should have."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from cli.sample.colors import Floats, lab_of

# Side of a box in CIELAB units: about what the eye forgives at arm's length.
BOX = 6.0
ANY = 1e6

Boxes = NDArray[np.int64]
"""(n, 3) whole numbers: a colour lies in box floor(Lab / BOX)."""


@dataclass(frozen=True)
class Region:
    """A part of colour space, with soft borders, and how many tiles 1,000 cubic CIELAB units of it should have."""

    what: str
    tiles: float
    light: tuple[float, float] = (0, ANY)
    chroma: tuple[float, float] = (0, ANY)
    hue: tuple[float, float] = (0, ANY)

    def need(self, lab: Floats) -> Floats:
        """Tiles per 1,000 cubic units at each of the (n, 3) colours."""
        hue = np.degrees(np.arctan2(lab[:, 2], lab[:, 1]))
        around = (hue - self.hue[0] + 180) % 360 - 180
        off = (
            ((lab[:, 0] - self.light[0]) / self.light[1]) ** 2
            + ((np.hypot(lab[:, 1], lab[:, 2]) - self.chroma[0]) / self.chroma[1]) ** 2
            + (around / self.hue[1]) ** 2
        )
        return np.asarray(self.tiles * np.exp(-off), np.float32)


# Centre and width of each border. Faces come first: an eye sees nothing else as soon.
REGIONS = (
    Region("a little of everything", 2.5, chroma=(0, 40)),
    Region("greys", 40, chroma=(0, 13)),
    Region("paper, walls, haze", 75, light=(82, 15), chroma=(7, 9)),
    Region("skin, wood, sand", 65, light=(70, 32), chroma=(18, 16), hue=(62, 28)),
    Region("hair and earth", 36, light=(28, 20), chroma=(15, 15), hue=(75, 35)),
    Region("orange and brick", 23, light=(55, 22), chroma=(60, 20), hue=(50, 22)),
    Region("sky and water", 22, light=(62, 30), chroma=(22, 20), hue=(265, 30)),
    Region("leaves", 18, light=(42, 25), chroma=(22, 18), hue=(120, 30)),
    Region("black", 50, light=(5, 10), chroma=(0, 12)),
)


@cache
def gamut() -> Boxes:
    """All boxes that hold an sRGB colour."""
    levels = np.arange(0, 256, 5, dtype=np.uint8)
    rgb = np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), axis=-1).reshape(-1, 3)
    boxes = box_of(lab_of(rgb))
    _, first = np.unique(_key(boxes), return_index=True)
    return boxes[first]


def box_of(lab: Floats) -> Boxes:
    """The box of each (n, 3) colour."""
    boxes: Boxes = np.floor(lab / BOX).astype(np.int64)
    return boxes


def middle_of(boxes: Boxes) -> Floats:
    """The colour at the middle of each box."""
    return ((boxes + 0.5) * BOX).astype(np.float32)


def wanted() -> NDArray[np.int64]:
    """Tiles that each box of `gamut()` should have."""
    lab = middle_of(gamut())
    density = sum((region.need(lab) for region in REGIONS), np.zeros(len(lab), np.float32))
    return np.rint(density * BOX**3 / 1000).astype(np.int64)


def count(labs: Floats) -> NDArray[np.int64]:
    """How many of the (n, 3) colours lie in each box of `gamut()`."""
    keys, own = _key(gamut()), _key(box_of(labs))
    place = np.minimum(np.searchsorted(keys, own), len(keys) - 1)
    return np.bincount(place[keys[place] == own], minlength=len(keys))


def _key(boxes: Boxes) -> NDArray[np.int64]:
    # 64 boxes on each axis are plenty: CIELAB in sRGB spans 100 x 185 x 202 units.
    key: NDArray[np.int64] = ((boxes + 32) << np.array([12, 6, 0])).sum(axis=1)
    return key


def coverage(labs: Floats) -> float:
    """The share of the wanted tiles that are there, 0 to 1; more than wanted in one box does not help another."""
    want = wanted()
    return float(np.minimum(want, count(labs)).sum() / want.sum())
