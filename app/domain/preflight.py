"""How a photo and a tile set fit together, before a mosaic is made of them.

What is computed here is a guess from colours alone, and the page says it as a range; then a worker lays the mosaic and
counts (`app.services.fit`). docs/adr/0012 says how the guess was fitted, how far it was off, and what must not be claimed.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from itertools import product

from app.domain.colors import Box, middle_of, name_of
from app.domain.coverage import Counts

SHARES = 10_000
# A colour is short where more cells than this have to share a tile of it.
CELLS_A_TILE = 12
# Fewer cells than this share of the mosaic are not worth a sentence.
WORTH_SAYING = 0.01
SAID = 2
# Tiles of a neighbouring box match as well, though not as often.
NEIGHBOUR = 0.1
# Of those the busiest tile is hardly ever one.
NEXT_TO_IT = 0.013
# Below this there are no tiles near; and of so small a share of the cells it makes no difference.
HARDLY, WORTH_MOVING = 0.5, 0.002
# Nine guesses in ten are wrong by no more than this factor.
WRONG_BY = 2
NEAR = [step for step in product((-1, 0, 1), repeat=3) if step != (0, 0, 0)]


@dataclass(frozen=True)
class Gap:
    """A colour that the photo needs more of than the set has: its cells, its tiles, and how many tiles would do."""

    name: str
    cells: int
    tiles: int
    missing: int


@dataclass(frozen=True)
class Uses:
    """How often the busiest tile is laid: about so often, and as a rule from `least` to `most` times.

    distinct : how many different tiles there are; None where it is a guess, as no guess of it was any good.
    """

    about: int
    least: int
    most: int
    distinct: int | None = None

    @classmethod
    def guessed(cls, number: float, *, at_least: float, at_most: int) -> Uses:
        """From what was computed, with what such a guess was wrong by."""
        about = max(number, at_least)
        ends = (about, max(about / WRONG_BY, at_least), about * WRONG_BY)
        return cls(*(min(rounded(end), at_most) for end in ends))

    @classmethod
    def counted(cls, most_used: int, distinct: int) -> Uses:
        """By somebody who has laid it."""
        return cls(most_used, most_used, most_used, distinct)


@dataclass(frozen=True)
class Fit:
    """What is to be expected; `uses` is None where nothing is known of them, and there are no gaps where no colours are."""

    cells: int
    tiles: int
    uses: Uses | None
    gaps: list[Gap]
    colors_known: bool = False


def fit(
    *,
    photo: Counts,
    tiles: Counts,
    cells: int,
    tile_count: int,
    penalty: float,
    max_uses: int | None = None,
) -> Fit:
    """`photo` counts shares in SHARES, `tiles` counts tiles, in the same boxes."""
    needs = {box: share * cells / SHARES for box, share in photo.items()}
    near = {box: _near(tiles, box) for box in needs}
    uses = None
    if needs and tiles and tile_count:
        laid = _moved(needs, near, tiles, least=WORTH_MOVING * cells)
        busiest = max(_uses(need, tiles, box, penalty) for box, need in laid.items())
        most = min(max_uses or cells, cells)
        uses = Uses.guessed(busiest, at_least=cells / tile_count, at_most=most)
    return Fit(cells, tile_count, uses, _gaps(needs, near, tiles, cells), bool(needs))


def rounded(number: float) -> int:
    """One figure that counts, as a guess should have.

    >>> rounded(87.3), rounded(4.4), rounded(1234)
    (90, 4, 1000)
    """
    size: int = 10 ** max(0, len(str(int(number))) - 1)
    return max(1, round(number / size) * size)


def _moved(
    needs: dict[Box, float], near: dict[Box, float], tiles: Counts, *, least: float
) -> dict[Box, float]:
    """Cells of colours that the set has none of, nor of any beside it, get the nearest that it has."""
    laid: defaultdict[Box, float] = defaultdict(float)
    for box, need in needs.items():
        laid[box if near[box] >= HARDLY or need < least else _nearest(tiles, box)] += need
    return laid


def _nearest(tiles: Counts, box: Box) -> Box:
    """Of equally near ones the most common."""
    return min(tiles, key=lambda other: (math.dist(other, box), -tiles[other]))


def _uses(cells: float, tiles: Counts, box: Box, penalty: float) -> float:
    count = tiles.get(box, 0) + NEXT_TO_IT * _around(tiles, box)
    uses: float = 2.277 * cells**0.330 * (count + 0.5) ** -0.321 * (penalty + 0.00058) ** -0.577
    return uses


def _around(tiles: Counts, box: Box) -> int:
    return sum(tiles.get((box[0] + i, box[1] + j, box[2] + k), 0) for i, j, k in NEAR)


def _near(tiles: Counts, box: Box) -> float:
    return tiles.get(box, 0) + NEIGHBOUR * _around(tiles, box)


def _gaps(needs: dict[Box, float], near: dict[Box, float], tiles: Counts, cells: int) -> list[Gap]:
    """The largest first."""
    short: defaultdict[str, list[Box]] = defaultdict(list)
    for box, need in needs.items():
        if need > CELLS_A_TILE * near[box]:
            short[name_of(middle_of(box))].append(box)
    gaps = [
        Gap(
            name=name,
            cells=round(sum(needs[box] for box in boxes)),
            tiles=sum(tiles.get(box, 0) for box in boxes),
            missing=rounded(sum(needs[box] / CELLS_A_TILE - near[box] for box in boxes)),
        )
        for name, boxes in short.items()
    ]
    worth = [gap for gap in gaps if gap.cells >= WORTH_SAYING * cells]
    return sorted(worth, key=lambda gap: gap.missing, reverse=True)[:SAID]
