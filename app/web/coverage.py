"""The picture of a set's colours: slices through CIELAB, dark to light, each box that the set has in its own colour."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.colors import gamut
from app.domain.coverage import counts_in, sentence
from app.models import TileSet

# Two of the boxes' ten lightnesses make a slice.
SLICES = 5
MORE = 3
SOLID = 30


@dataclass(frozen=True)
class Spot:
    """A square of a slice: where, which colour, and how much of it there is: 0 none, 1 little, 2 some, 3 much."""

    x: int
    y: int
    color: str
    amount: int


@dataclass(frozen=True)
class Coverage:
    """Slices from dark to light, and what they show in words."""

    slices: list[list[Spot]]
    says: str


def coverage_of(tile_set: TileSet) -> Coverage | None:
    """None until a worker has counted the colours."""
    if not tile_set.colors:
        return None
    counts = counts_in(tile_set.colors)
    slices: list[dict[tuple[int, int], Spot]] = [{} for _ in range(SLICES)]
    tall = 10 // SLICES
    for box, color in gamut().items():
        light, a, b = box
        number = sum(counts.get((light // tall * tall + i, a, b), 0) for i in range(tall))
        slices[light // tall][a, b] = Spot(
            a, -b, "#{:02x}{:02x}{:02x}".format(*color), _amount(number)
        )
    return Coverage([list(each.values()) for each in slices], sentence(counts))


def _amount(tiles: int) -> int:
    return (tiles > 0) + (tiles > MORE) + (tiles > SOLID)
