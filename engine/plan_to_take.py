"""A plan to take away: plain JSON that draws the same mosaic from the zip of its tile set, byte for byte.

It is what `engine.plan_file` writes, not compressed, and beside it

    draw        {"cell_px", "dpi"} of the picture that it stands for
    tile_set    the name of the set
    pictures    for each tile that shows, under its number, the BLAKE2b hash (16 bytes) of its own JPEG

so that another tile under the same number is noticed before anything is drawn.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine import plan_file
from engine.errors import TileUnreadable, Unreadable
from engine.types import Plan

NOT_TO_TAKE = (
    "This plan does not say which pictures its tiles are. Download it anew from the mosaic's page."
)


class NumberedTiles(Protocol):
    """Tiles by the numbers they have in their set."""

    def jpeg(self, number: int) -> bytes | None:
        """Its own JPEG; None where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class PlanToTake:
    """plan : with rows of `numbers` as its tiles. pictures : what each tile's JPEG is known by, by its number."""

    plan: Plan
    numbers: NDArray[np.int64]
    cell_px: int
    dpi: float
    tile_set: str
    pictures: Mapping[int, str]

    def tiles(self, source: NumberedTiles) -> CheckedTiles:
        """Where its pictures come from, each looked at first. Raises TileUnreadable where one is missing or another one."""
        checked = CheckedTiles(source, self)
        checked.check()
        return checked


@dataclass(frozen=True, slots=True)
class CheckedTiles:
    """An `engine.types.TileSource`."""

    source: NumberedTiles
    wanted: PlanToTake

    def jpegs(self, numbers: NDArray[np.int64]) -> Iterator[bytes]:
        """The JPEG of each, in order."""
        for number in self.wanted.numbers[numbers].tolist():
            yield self.source.jpeg(number) or b""

    def check(self) -> None:
        """Raises TileUnreadable."""
        missing = other = 0
        for number, known in self.wanted.pictures.items():
            jpeg = self.source.jpeg(number)
            missing += jpeg is None
            other += jpeg is not None and known_by(jpeg) != known
        if missing or other:
            raise TileUnreadable(
                f"Of the {len(self.wanted.pictures):,} tiles in this plan {missing:,} are not there and {other:,} are "
                f"other pictures. Take the zip of “{self.wanted.tile_set}” from its page, and name that."
            )


def known_by(jpeg: bytes) -> str:
    """What a tile's JPEG is known by."""
    return hashlib.blake2b(jpeg, digest_size=16).hexdigest()


def written(
    stored: bytes, pictures: Mapping[int, str], *, cell_px: int, dpi: float, tile_set: str
) -> bytes:
    """From a plan as it is stored. Raises Unreadable."""
    plan_file.read(stored)
    said = json.loads(gzip.decompress(stored)) | {
        "draw": {"cell_px": cell_px, "dpi": dpi},
        "tile_set": tile_set,
        "pictures": pictures,
    }
    return json.dumps(said, separators=(",", ":"), allow_nan=False).encode()


def read(body: bytes) -> PlanToTake:
    """What was written. Raises Unreadable."""
    kept = plan_file.read(gzip.compress(body, 1))
    said = json.loads(body)
    try:
        pictures = {int(number): str(known) for number, known in said["pictures"].items()}
        numbers = np.array(sorted(pictures), np.int64)
        plan = kept.in_index(numbers)
        cell_px, dpi = int(said["draw"]["cell_px"]), float(said["draw"]["dpi"])
        return PlanToTake(plan, numbers, cell_px, dpi, str(said["tile_set"]), pictures)
    except (KeyError, TypeError, ValueError, AttributeError, TileUnreadable):
        raise Unreadable(NOT_TO_TAKE) from None
