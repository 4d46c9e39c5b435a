"""The quality receipt: how like the photo a plan is from near and from afar, and how many tiles it took."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from engine.far import far_color_error, far_ssim, picture
from engine.index import Index
from engine.kernel import kernel
from engine.shift import shown
from engine.ssim import ssim
from engine.types import Plan, Scores, Thumbs, Tiles


@dataclass(frozen=True, slots=True)
class Receipt:
    """Figures of one mosaic as it is shown, mirrored and shifted. None depends on the matcher, but for the last two.

    cells : cells of the grid.
    distinct : different tiles.
    effective : tiles that would give the same variety were all used equally often: exp of the entropy of uses.
    most_used_tile, most_used_times : the tile used most often.
    uses : how many tiles are used once, twice, 3 or 4 times, 5 to 8, and so on by doublings, as far as any is.
    nearest_twin : least distance in cells between two with the same tile, the larger of columns and rows apart: 1 is
        touching, if only at a corner. None where no tile is used twice.
    mirrored : cells that show their tile left to right.
    shift : share of the way that the colours of tiles go towards their cells.
    ssim_mean, ssim_median, ssim_best, ssim_worst : SSIM of each cell with its tile at 5 x 5 px, -1 to 1.
    far_color_error : mean CIEDE2000 of photo and mosaic from afar.
    far_ssim : SSIM of photo and mosaic from afar.
    objective : what placement made as large as it could, on the matcher's own scale of scores; None where not computed.
    gap : share by which the objective may be short of the best possible; None where not computed.
    """

    cells: int
    distinct: int
    effective: float
    most_used_tile: int
    most_used_times: int
    uses: list[int]
    nearest_twin: int | None
    mirrored: int
    shift: float
    ssim_mean: float
    ssim_median: float
    ssim_best: float
    ssim_worst: float
    far_color_error: float
    far_ssim: float
    objective: float | None
    gap: float | None

    def as_dict(self) -> dict[str, int | float | list[int] | None]:
        """As plain numbers under their names."""
        return asdict(self)


def receipt(plan: Plan, cells: Thumbs, index: Index) -> Receipt:
    """Measure a plan.

    cells : (cells, 5, 5, 3) uint8, `plan.grid.thumbs(photo)`.
    """
    tiles = _as_shown(plan, index)
    scores = _likeness(cells, tiles)
    photo, mosaic = picture(cells, plan.grid.cols), picture(tiles, plan.grid.cols)
    uses = np.bincount(plan.assignment)
    return Receipt(
        cells=len(cells),
        distinct=int(np.count_nonzero(uses)),
        effective=effective_tiles(uses),
        most_used_tile=int(uses.argmax()),
        most_used_times=int(uses.max()),
        uses=by_doublings(uses),
        nearest_twin=nearest_twin(plan.assignment, plan.grid.cols),
        mirrored=0 if plan.mirrored is None else int(plan.mirrored.sum()),
        shift=float(plan.shift),
        ssim_mean=float(scores.mean(dtype=np.float64)),
        ssim_median=float(np.median(scores)),
        ssim_best=float(scores.max()),
        ssim_worst=float(scores.min()),
        far_color_error=far_color_error(photo, mosaic),
        far_ssim=far_ssim(photo, mosaic),
        objective=None if math.isnan(plan.objective) else float(plan.objective),
        gap=plan.gap,
    )


def mean_likeness(plan: Plan, cells: Thumbs, index: Index) -> float:
    """`ssim_mean` of the receipt alone, in a tenth of its time; arguments as for `receipt`."""
    return float(_likeness(cells, _as_shown(plan, index)).mean(dtype=np.float64))


def _as_shown(plan: Plan, index: Index) -> Thumbs:
    return shown(plan, np.arange(len(plan.assignment)), index.thumbs[plan.assignment])


def _likeness(cells: Thumbs, tiles: Thumbs) -> Scores:
    pairs = np.arange(len(cells), dtype=np.int32)[:, np.newaxis]
    return ssim(cells, tiles, pairs, stage="Measuring")[:, 0]


def by_doublings(uses: NDArray[np.int64]) -> list[int]:
    """How many tiles are used once, twice, 3 or 4 times, 5 to 8, and so on.

    uses : (tiles,) how often each tile is used.

    >>> by_doublings(np.array([1, 0, 1, 2, 4, 5]))
    [2, 1, 1, 1]
    """
    doublings = np.ceil(np.log2(uses[uses > 0])).astype(np.int64)
    return [int(tiles) for tiles in np.bincount(doublings)]


def effective_tiles(uses: NDArray[np.int64]) -> float:
    """How many tiles, used equally often, would give this variety: exp of the entropy of uses.

    uses : (tiles,) how often each tile is used.

    >>> round(effective_tiles(np.array([5, 5, 0, 5])), 6)
    3.0
    """
    shares = uses[uses > 0] / uses.sum()
    return float(np.exp(-(shares * np.log(shares)).sum()))


def nearest_twin(assignment: Tiles, cols: int) -> int | None:
    """Least distance between two cells with the same tile, the larger of columns and rows apart; None without any.

    assignment : (cells,) tile numbers, row by row.

    >>> nearest_twin(np.array([1, 2, 3, 4, 5, 1], np.int32), cols=3)
    2
    """
    order = np.argsort(assignment, kind="stable")
    least = _nearest_twin(assignment[order], order, cols)
    return int(least) if least <= len(assignment) else None


@kernel
def _nearest_twin(tiles: Tiles, cells: NDArray[np.int64], cols: int) -> int:
    """Cells come tile by tile and in each tile from the top: only those less than the least distance below are looked at."""
    least = len(tiles) + 1
    for i in range(len(tiles)):
        row, col = cells[i] // cols, cells[i] % cols
        for j in range(i + 1, len(tiles)):
            down = cells[j] // cols - row
            if tiles[j] != tiles[i] or down >= least:
                break
            least = min(least, max(down, abs(cells[j] % cols - col)))
        if least == 1:
            break
    return least
