"""The tiles of a film, one after another. For child processes alone.

Whatever a tile depends on lies in its block: 60 looks from a number that 60 divides. So reading may begin at any block, and
gives the same tiles as reading from the first frame.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray
from PIL import Image

from engine import dull
from engine.blends import Taken, taken_unblended
from engine.film import Alive, Film
from engine.film_frames import frames, key_frames
from engine.film_options import FilmOptions
from engine.frame import upright
from engine.limits import SQUARES_MAX
from engine.sampling import BLOCK_LOOKS, SampleTimes
from engine.tile import Box, Cut, Place, cut
from engine.types import Pixels

# Letters of credits are seen on a frame of this shorter side.
_LETTERS_PX = 256
# Two squares of one family, at 8 x 8 px, differ by less than this on average: the camera stands still.
_FAMILY_PX, _FAMILY_STEPS = 8, 6.0


class FilmTile(NamedTuple):
    """A tile, its time in ms, and the number of its family or -1."""

    time_ms: int
    family: int
    tile: Cut


def by_key_frames(film: Film, times: SampleTimes) -> bool:
    """The rule: key frames alone, where by the film's own index one comes in every step of the looks; else every frame.

    Then nothing is lost, and a fraction is decoded. A film whose index is missing or ends early is decoded whole.
    """
    return film.length_ms is not None and times.dense_enough(list(film.keys_ms), film.length_ms)


def film_tiles(
    film: Film, options: FilmOptions, start_ms: int, alive: Alive, *, place: Place | None = None
) -> Iterator[FilmTile]:
    """Tiles of the frames that are shown from `start_ms` on, in the order of their times.

    place : chooses the one square of a frame; None: as many as the options say.
    """
    times = SampleTimes(options.rate)
    block = times.first_from(start_ms) // BLOCK_LOOKS * BLOCK_LOOKS
    families = _Families()
    for look, ms, frame in _taken(film, times, options, block, alive):
        if look < block:
            continue
        picture = upright(frame, film.aspect, short=options.tile_px)
        if options.skip_dull and _dull(picture, frame, film.aspect):
            continue
        shown = Image.fromarray(picture)
        boxes = [place(shown)] if place else row_of_boxes(*shown.size, options.squares)
        for position, box in enumerate(boxes):
            square = shown.crop(box)
            family = families.number(look, position, square) if options.families else -1
            if ms >= start_ms:
                yield FilmTile(ms, family, cut(square))


def row_of_boxes(width: int, height: int, count: int) -> list[Box]:
    """`count` of the largest squares, evenly along the longer side from end to end; one is in the middle."""
    side, room = min(width, height), abs(width - height)
    if count == 1 or room == 0:
        starts = [room // 2]
    else:
        starts = sorted({room * i // (count - 1) for i in range(count)})
    if width >= height:
        return [(start, 0, start + side, side) for start in starts]
    return [(0, start, side, start + side) for start in starts]


def _taken(
    film: Film, times: SampleTimes, options: FilmOptions, block: int, alive: Alive
) -> Iterator[Taken]:
    from_ms = times.time_ms(block - 1) if block else 0
    if by_key_frames(film, times):
        return times.taken(key_frames(film, from_ms, times, alive), last_ms=film.frame_ms)
    every = frames(film, from_ms, alive)
    if options.skip_dull:
        return taken_unblended(every, times, last_ms=film.frame_ms)
    return times.taken(every, last_ms=film.frame_ms)


def _dull(picture: Pixels, frame: VideoFrame, aspect: Fraction) -> bool:
    grey = dull.luminance(picture)
    if dull.blank(grey):
        return True
    if not dull.even_ground(grey):
        return False
    return dull.credit_roll(dull.luminance(upright(frame, aspect, short=_LETTERS_PX)))


class _First(NamedTuple):
    """Where a family began, and what it looked like."""

    block: int
    number: int
    small: NDArray[np.int16]


class _Families:
    """Near-identical neighbours, for each position in the frame by itself."""

    def __init__(self) -> None:
        self._first: dict[int, _First] = {}

    def number(self, look: int, position: int, square: Image.Image) -> int:
        """That of the family so far where the square looks like its first one, else a new one."""
        small = np.asarray(square.resize((_FAMILY_PX,) * 2, Image.Resampling.BOX)).astype(np.int16)
        block, first = look // BLOCK_LOOKS, self._first.get(position)
        if first and first.block == block and np.abs(first.small - small).mean() < _FAMILY_STEPS:
            return first.number
        number = look * (SQUARES_MAX + 1) + position
        self._first[position] = _First(block, number, small)
        return number
