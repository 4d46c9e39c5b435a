"""How a photo and a tile set fit together, before a mosaic is made of them.

What is computed here is a guess from colours alone. The number of uses was fitted to 140 mosaics that were made (five
photos, sets of 1,000 to 190,000 tiles, penalties 0 to 0.5, `perceptual`): half were within a quarter of the guess, and the
worst at twice it; docs/adr/0012 has the table, and what must not be claimed.
"""

from __future__ import annotations

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
NEAR = [step for step in product((-1, 0, 1), repeat=3) if step != (0, 0, 0)]


@dataclass(frozen=True)
class Gap:
    """A colour that the photo needs more of than the set has: its cells, its tiles, and how many tiles would do."""

    name: str
    cells: int
    tiles: int
    missing: int


@dataclass(frozen=True)
class Fit:
    """What is to be expected: `most_used` is how often the busiest tile is laid, about; None where nothing is known."""

    cells: int
    tiles: int
    most_used: int | None
    gaps: list[Gap]


def fit(*, photo: Counts, tiles: Counts, cells: int, tile_count: int, penalty: float) -> Fit:
    """`photo` counts shares in SHARES, `tiles` counts tiles, in the same boxes."""
    needs = {box: share * cells / SHARES for box, share in photo.items()}
    near = {box: _near(tiles, box) for box in needs}
    busiest = max((_uses(need, near[box], penalty) for box, need in needs.items()), default=0.0)
    most = max(busiest, cells / tile_count) if needs and tile_count else None
    most_used = None if most is None else rounded(min(most, cells))
    return Fit(cells, tile_count, most_used, _gaps(needs, near, tiles, cells))


def rounded(number: float) -> int:
    """One figure that counts, as a guess should have.

    >>> rounded(87.3), rounded(4.4), rounded(1234)
    (90, 4, 1000)
    """
    size: int = 10 ** max(0, len(str(int(number))) - 1)
    return max(1, round(number / size) * size)


def _uses(cells: float, tiles: float, penalty: float) -> float:
    uses: float = 2.147 * cells**0.322 * (tiles + 0.5) ** -0.234 * (penalty + 0.00069) ** -0.640
    return uses


def _near(tiles: Counts, box: Box) -> float:
    around = (tiles.get((box[0] + i, box[1] + j, box[2] + k), 0) for i, j, k in NEAR)
    return tiles.get(box, 0) + NEIGHBOUR * sum(around)


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
