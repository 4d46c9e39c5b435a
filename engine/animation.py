"""A film from one tile to the whole mosaic: it begins close to a tile and draws back, without a cut.

Each frame shows a window of the mosaic. It is sampled from the mosaic drawn at two sizes, each twice the other, between
which its own lies, and blended: so nothing flickers while it moves, and memory is that of a few frames whatever the size
of the mosaic.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from engine.film_writer import FilmWriter
from engine.grid import Grid
from engine.limits import TILE_PX
from engine.strips import strips
from engine.types import Pixels, Plan, Progress, TileSource, silent

FILMING = "Drawing the film"
FRAMES_PER_SECOND = 30
# Long enough to see the tile, to follow, and to see the whole.
_STILL_BEFORE, _MOVING, _STILL_AFTER = 0.7, 5.0, 1.6
# At first a tile is so much of the shorter side: what is beside it already tells what is coming.
_CLOSE = 0.62
# The format's own habit: half of the colours, so sides are even. 1080p is what phones and messengers take.
LONG_SIDE = 1920
# A picture of 10:1 still becomes a film that players show.
_SHORT_LEAST = 192
# What sums of floats may be off by.
_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Window:
    """What a frame shows, in cells: its left and top, and how many are across."""

    left: float
    top: float
    across: float


def write_film(plan: Plan, tiles: TileSource, path: Path, *, progress: Progress = silent) -> None:
    """Write the film: H.264 in an MP4 where the name ends so, else an animated WebP.

    Raises TileUnreadable, and OSError where the file cannot be written.
    """
    size = frame_size(plan.grid)
    windows = list(journey(plan.grid, size))
    camera = _Camera(plan, tiles, size, windows)
    with FilmWriter(path, size, FRAMES_PER_SECOND) as film:
        _shoot(camera, windows, film, progress)


def frame_size(grid: Grid) -> tuple[int, int]:
    """Width and height of the film in px, even, of the mosaic's shape."""
    scale = LONG_SIDE / max(grid.cols, grid.rows)
    width, height = (
        max(_SHORT_LEAST, 2 * round(side * scale / 2)) for side in (grid.cols, grid.rows)
    )
    return width, height


def journey(grid: Grid, size: tuple[int, int]) -> Iterator[Window]:
    """The window of each frame: it grows evenly to the eye, slowly at first and at last, and never leaves the mosaic."""
    width, height = size
    whole = min(grid.cols, grid.rows * width / height)
    start = min(whole, max(1.0, width / height) / _CLOSE)
    last = _around(grid, (grid.cols / 2, grid.rows / 2), whole, size)
    # The tile in the middle of the picture, whole; where that is the whole picture, nothing moves.
    middle = (grid.cols // 2 + 0.5, grid.rows // 2 + 0.5)
    first = _within(last, _around(grid, middle, start, size), size) if start < whole else last
    frames = round(_MOVING * FRAMES_PER_SECOND)
    yield from [first] * round(_STILL_BEFORE * FRAMES_PER_SECOND)
    for frame in range(1, frames):
        across = start * (whole / start) ** _eased(frame / frames)
        # Edges go in straight lines: what is between two windows in the mosaic is in it, too.
        way = (across - start) / (whole - start) if whole > start else 1.0
        yield Window(
            _between(first.left, last.left, way), _between(first.top, last.top, way), across
        )
    yield from [last] * round(_STILL_AFTER * FRAMES_PER_SECOND)


def _within(large: Window, small: Window, size: tuple[int, int]) -> Window:
    """The small window moved into the large one: of a long mosaic the last frame does not show all."""
    room = large.across - small.across
    left = min(max(small.left, large.left), large.left + room)
    top = min(max(small.top, large.top), large.top + room * size[1] / size[0])
    return replace(small, left=left, top=top)


def _shoot(camera: _Camera, windows: list[Window], film: FilmWriter, progress: Progress) -> None:
    shown: Window | None = None
    picture: Pixels | None = None
    for done, window in enumerate(windows):
        if picture is None or window != shown:
            picture, shown = camera.picture(window), window
        film.add(picture)
        progress(FILMING, (done + 1) / len(windows))


class _Camera:
    """Draws windows that grow, each with the one before in it. Parts of the mosaic are drawn once for all of them."""

    def __init__(
        self, plan: Plan, tiles: TileSource, size: tuple[int, int], windows: list[Window]
    ) -> None:
        self._plan, self._tiles, self._size = plan, tiles, size
        self._largest = {int(self._level(window)): window for window in windows}
        self._drawn: dict[int, _Part] = {}

    def picture(self, window: Window) -> Pixels:
        """A frame."""
        level = self._level(window)
        fine, share = int(level), level % 1
        picture = self._sampled(fine, fine, window)
        if share:
            coarse = self._sampled(fine, fine + 1, window)
            picture = cv2.addWeighted(picture, 1 - share, coarse, share, 0)  # type: ignore[assignment]
        for old in [number for number in self._drawn if number < fine]:
            del self._drawn[old]
        return picture

    def _level(self, window: Window) -> float:
        """How often tiles of 128 px are halved to be as small as in this window."""
        return max(0.0, math.log2(TILE_PX * window.across / self._size[0]))

    def _sampled(self, fine: int, level: int, window: Window) -> Pixels:
        part = self._part(level, self._largest.get(level, self._largest[fine]))
        scale = part.cell_px * window.across / self._size[0]
        # From the middle of a px of the frame to the middle of a px of the part.
        shift = scale / 2 - 0.5
        x, y = (window.left - part.left) * part.cell_px, (window.top - part.top) * part.cell_px
        turn = np.array([[scale, 0, x + shift], [0, scale, y + shift]], np.float64)
        how = cv2.INTER_CUBIC if scale < 1 else cv2.INTER_LINEAR
        sampled: Pixels = cv2.warpAffine(  # type: ignore[assignment]
            part.pixels,
            turn,
            self._size,
            flags=how | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
        return sampled

    def _part(self, level: int, window: Window) -> _Part:
        if level not in self._drawn:
            down = window.across * self._size[1] / self._size[0]
            box = (window.left, window.top, window.left + window.across, window.top + down)
            self._drawn[level] = _draw(self._plan, self._tiles, box, max(1, TILE_PX >> level))
        return self._drawn[level]


@dataclass(frozen=True, slots=True)
class _Part:
    """Cells of the mosaic from `left` and `top` on, as pixels."""

    left: int
    top: int
    cell_px: int
    pixels: Pixels


def _draw(
    plan: Plan, tiles: TileSource, box: tuple[float, float, float, float], cell_px: int
) -> _Part:
    """The cells that a box of left, top, right and bottom touches."""
    grid = plan.grid
    left, top = (max(0, math.floor(side + _ROUNDING)) for side in box[:2])
    right, bottom = math.ceil(box[2] - _ROUNDING), math.ceil(box[3] - _ROUNDING)
    cols, rows = np.arange(left, min(right, grid.cols)), np.arange(top, min(bottom, grid.rows))
    cells = (rows[:, np.newaxis] * grid.cols + cols).ravel()
    part = replace(
        plan,
        grid=Grid(len(cols), len(rows), grid.box),
        assignment=plan.assignment[cells],
        scores=plan.scores[cells],
        mirrored=None if plan.mirrored is None else plan.mirrored[cells],
        colors=None if plan.colors is None else plan.colors[cells],
    )
    return _Part(left, top, cell_px, np.concatenate(list(strips(part, tiles, cell_px, quick=True))))


def _around(
    grid: Grid, middle: tuple[float, float], across: float, size: tuple[int, int]
) -> Window:
    """A window with this middle, moved into the mosaic."""
    down = across * size[1] / size[0]
    left = min(max(0.0, middle[0] - across / 2), grid.cols - across)
    top = min(max(0.0, middle[1] - down / 2), grid.rows - down)
    return Window(left, top, across)


def _between(first: float, last: float, way: float) -> float:
    return first + (last - first) * way


def _eased(time: float) -> float:
    """0 to 1, at rest at both ends."""
    return time * time * time * (time * (6 * time - 15) + 10)
