"""Words of the engine as types: pixels, thumbs, settings, candidates, plan.

A *thumb* is a tile or a cell at the match resolution: 5 x 5 RGB, uint8.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.errors import BadSetting
from engine.limits import K_MAX, PENALTY_MAX

if TYPE_CHECKING:
    from engine.grid import Grid

Pixels = NDArray[np.uint8]
"""(height, width, 3) RGB in sRGB."""
Thumb = NDArray[np.uint8]
"""(5, 5, 3) RGB in sRGB."""
Thumbs = NDArray[np.uint8]
"""(n, 5, 5, 3) RGB in sRGB."""
Tiles = NDArray[np.int32]
"""Tile numbers: (cells,) or (cells, k)."""
Scores = NDArray[np.float32]
"""Scores of the tiles at the same place in a `Tiles` array; higher is better."""

Crop = Literal["centre", "salient"]
"""Which square of a picture becomes a tile: the largest in the middle, or where a face or the subject is."""

Progress = Callable[[str, float], None]
"""Called with a stage in words and the share of that stage done, 0 to 1.

Whatever it raises ends the work and reaches the caller: that is how a mosaic is cancelled.
"""


def silent(stage: str, share: float) -> None:
    """Report nothing."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How tiles are matched. A wrong value raises `BadSetting` when the object is made.

    matcher : a key of `engine.match.MATCHERS`.
    penalty : what each earlier use of a tile costs it, on the scale of the score; 0 to 0.5.
    k : candidates looked at for each cell; None: as many as suit the matcher.
    mirrors : whether tiles may be shown left to right; None: as suits the matcher.
    shift : share of the way, 0 to 1, that the colour of a tile goes towards its cell; None: as suits the matcher.
    placement : a key of `engine.place.METHODS`; None: as suits the matcher.
    """

    matcher: str = "perceptual"
    penalty: float = 0.05
    k: int | None = None
    mirrors: bool | None = None
    shift: float | None = None
    placement: str | None = None

    def __post_init__(self) -> None:
        """Refuse what no slider can send."""
        if not math.isfinite(self.penalty) or not 0 <= self.penalty <= PENALTY_MAX:
            raise BadSetting(
                f"The penalty is a number from 0 to {PENALTY_MAX}: {self.penalty} is not. 0.05 is a good start."
            )
        if self.k is not None and not 1 <= self.k <= K_MAX:
            raise BadSetting(
                f"The number of candidates is 1 to {K_MAX:,}: {self.k} is not. 100 is a good start."
            )
        if self.shift is not None and not 0 <= self.shift <= 1:
            raise BadSetting(
                f"The colour shift is a share from 0 to 1: {self.shift} is not. 0 leaves tiles as they are."
            )


@dataclass(frozen=True, slots=True)
class ColorErrors:
    """How far the colour of each candidate is from its cell, for a placement that looks at neighbours.

    steps : (3, cells, k) float32, from the cell's colour to the tile's; its length is CIEDE2000, about.
    weights : (cells,) float32, what a squared error of colour costs, on the scale of the score.
    """

    steps: NDArray[np.float32]
    weights: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Candidates:
    """For each cell the tiles that may cover it. Among equal scores the first place is preferred.

    tiles, scores : (cells, k).
    mirrored : (cells, k) bool, which candidates are shown left to right; None where none is.
    errors : colours, where the matcher wants neighbours to make up for one another.
    """

    tiles: Tiles
    scores: Scores
    mirrored: NDArray[np.bool_] | None = None
    errors: ColorErrors | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """All that rendering needs: one tile for each cell, row by row.

    assignment : (cells,) int32 tile numbers.
    scores : (cells,) float32, the matcher's score of the chosen tile before any penalty.
    mirrored : (cells,) bool, which tiles are shown left to right; None where none is.
    shift : share of the way, 0 to 1, that the colour of a tile goes towards its cell.
    colors : (cells, 3) uint8, the mean colour of each cell in sRGB; needed where `shift` is not 0.
    objective : what placement made as large as it could: all scores less all penalties, less what neighbours cost.
    gap : share by which scores less penalties may be short of the best that any placement of these candidates reaches,
        before neighbours were looked at; None where nobody computed it.
    """

    grid: Grid
    assignment: Tiles
    scores: Scores
    mirrored: NDArray[np.bool_] | None = None
    shift: float = 0.0
    colors: NDArray[np.uint8] | None = None
    objective: float = math.nan
    gap: float | None = None


@dataclass(frozen=True, slots=True)
class TileRead:
    """A tile that was read: our own JPEG (square, oriented, sRGB, no metadata), its thumb, and what it is known by.

    name : the name of the file it came from.
    digest : 16 bytes, the same for the same file; of a film, the same for the same tile. See `engine.fingerprint`.
    phash : 64 bits that hardly differ between pictures that look alike, as an int from 0 on.
    time_ms : where in its film it was seen, in thousandths of a second from the first frame on; None: not from a film.
    family : the same number for tiles of one film that look nearly identical and follow one another; None: none asked for.
    """

    name: str
    jpeg: bytes
    thumb: Thumb
    digest: bytes = b""
    phash: int = 0
    time_ms: int | None = None
    family: int | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that could not become a tile, and why in a sentence."""

    name: str
    reason: str


class TileSource(Protocol):
    """Where the pictures of a tile set come from."""

    def jpegs(self, numbers: NDArray[np.int64]) -> Iterable[bytes]:
        """Our own JPEG of each tile number, in that order."""
        ...
