"""How tiles are cut out of a film."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from engine.errors import BadSetting
from engine.limits import FRAMES_PER_SECOND_MAX, FRAMES_PER_SECOND_MIN, SQUARES_MAX, TILE_PX
from engine.types import Crop


@dataclass(frozen=True, slots=True)
class FilmOptions:
    """A wrong value raises `BadSetting` when the object is made.

    frames_per_second : how often the film is looked at, 0.1 to 5.
    squares : how many squares of a frame become tiles: 2, the left one and the right one, or in an upright film the upper
        and the lower one; 1, the one in the middle; n, evenly across. A square frame gives one.
    crop : "salient": one square, where a face or the subject is, whatever `squares` says.
    skip_dull : leave out frames that are black, of one colour, rolling credits, or two pictures blended at a cut.
    families : give near-identical neighbours the same family number; else every tile's is None.
    tile_px : the side of a tile at most; a smaller frame is not enlarged.
    """

    frames_per_second: float = 1.0
    squares: int = 2
    crop: Crop = "centre"
    skip_dull: bool = True
    families: bool = True
    tile_px: int = TILE_PX

    def __post_init__(self) -> None:
        """Refuse what no form can send."""
        if not FRAMES_PER_SECOND_MIN <= self.frames_per_second <= FRAMES_PER_SECOND_MAX:
            raise BadSetting(
                f"Frames a second are {FRAMES_PER_SECOND_MIN} to {FRAMES_PER_SECOND_MAX:g}: {self.frames_per_second} is not."
                " 1 is a good start."
            )
        if not 1 <= self.squares <= SQUARES_MAX:
            raise BadSetting(
                f"Squares of a frame are 1 to {SQUARES_MAX}: {self.squares} is not. 2 is a good start."
            )

    @property
    def rate(self) -> Fraction:
        """Frames a second as the exact fraction that was meant: 0.1 is a tenth."""
        return Fraction(self.frames_per_second).limit_denominator(10_000)
