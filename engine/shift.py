"""A tile as a plan shows it: mirrored, and its colour moved towards its cell's in CIELAB, so that its structure stays."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.color import Lab, lab, rgb
from engine.kernel import kernel
from engine.types import Pixels, Plan, Thumbs

# Lightness up to this near its end is moved as it is; what is nearer is pressed together into what room is left.
_ROOM = 20.0
# A move of this many units of Lab presses the most vivid 30% of colours together, a smaller one fewer.
_FAR, _PRESSED = 30.0, 0.3
# Pressing takes from the move: this often what is missing is added, which is enough for 0.3 of L.
_ROUNDS = 6


def shown(plan: Plan, places: NDArray[np.intp], tiles: Pixels) -> Pixels:
    """The tiles of some cells as the plan shows them.

    places : (n,) the numbers of the cells.
    tiles : (n, height, width, 3) uint8, the tile of each at any size. Returned as they are where nothing is changed.
    """
    if plan.mirrored is not None:
        turned = plan.mirrored[places][:, np.newaxis, np.newaxis, np.newaxis]
        tiles = np.where(turned, tiles[:, :, ::-1], tiles)
    if plan.shift and plan.colors is not None:
        tiles = shifted(tiles, plan.colors[places], plan.shift)
    return tiles


def shifted(tiles: Pixels, colors: Pixels, share: float) -> Pixels:
    """Tiles with their mean colour moved towards the given ones by a share of the way.

    Every pixel moves by the same step in CIELAB, and the lightest and darkest or the most vivid of them by less, so that
    no two run together at the end of the range. A move that cannot be done within sRGB falls short.

    tiles : (n, height, width, 3) uint8; pictures of any size, thumbs among them.
    colors : (n, 3) uint8, the mean colours of their cells.
    share : 0 (as they are) to 1 (the mean of the tile becomes that of its cell).
    Returns (n, height, width, 3) uint8; each depends on its own tile and colour alone.
    """
    if share == 0:
        return tiles
    values = lab(tiles).reshape(len(tiles), -1, 3)
    knees = np.empty(len(tiles), np.float32)
    _move(values, lab(colors), np.float32(share), knees)
    return rgb(values, knee=knees[:, np.newaxis]).reshape(tiles.shape)


def cell_colors(cells: Thumbs) -> NDArray[np.uint8]:
    """Mean sRGB of each cell as a plan keeps them, (n, 5, 5, 3) to (n, 3) uint8."""
    means: NDArray[np.uint8] = np.rint(cells.mean(axis=(1, 2))).astype(np.uint8)
    return means


@kernel
def _move(tiles: Lab, colors: Lab, share: np.float32, knees: NDArray[np.float32]) -> None:
    for i in range(len(tiles)):
        tile, step = tiles[i], np.zeros(3, np.float32)
        for axis in range(3):
            step[axis] = share * (colors[i, axis] - tile[:, axis].mean())
        way = np.sqrt((step * step).sum())
        knees[i] = 1 - np.float32(_PRESSED) * min(way / np.float32(_FAR), np.float32(1))
        _lighten(tile[:, 0], step[0])
        for axis in range(1, 3):
            tile[:, axis] += step[axis]


@kernel
def _lighten(lightness: NDArray[np.float32], step: np.float32) -> None:
    """Add `step` to the mean, not to every value."""
    goal, asked = lightness.mean() + step, step
    before = lightness.copy()
    for _ in range(_ROUNDS):
        for i in range(len(lightness)):
            lightness[i] = _lighter(before[i], asked)
        missing = goal - lightness.mean()
        if abs(missing) < np.float32(0.05):
            break
        asked += missing


@kernel(inline="always", error_model="numpy")
def _lighter(value: Any, step: Any) -> Any:
    """The value moved by `step`; order is kept, and the ends of the range, 0 and 100, are not passed."""
    if step < 0:
        return np.float32(100) - _up(np.float32(100) - value, -step)
    return _up(value, step)


@kernel(inline="always", error_model="numpy")
def _up(value: Any, step: Any) -> Any:
    room = np.float32(_ROOM)
    over = value + step - (np.float32(100) - room)
    if over <= 0:
        return value + step
    # From slope 1 on, with 100 + step arriving at 100; without a step it changes nothing.
    return np.float32(100) - room + over * room / (room + over * step / (room + step))
