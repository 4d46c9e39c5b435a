"""What a person asked of a mosaic, as the engine takes it."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from app.domain.edits import named
from app.domain.options import MosaicOptions
from engine.types import Settings
from engine.wishes import Wishes
from worker.errors import CannotBeDone
from worker.tile_cache import Numbers, Stock

PIN_GONE = "{tile}, pinned at {cell}, was removed from the tile set: unpin it. Your settings are kept, and nothing else is lost."


def settings_of(options: MosaicOptions) -> Settings:
    """How tiles are matched, placed and shown."""
    return Settings(
        matcher=options.matcher,
        penalty=options.penalty,
        mirrors=options.mirrors,
        shift=options.shift,
        placement=options.placement,
    )


def wishes_of(options: MosaicOptions, stock: Stock, banned: Sequence[int], cols: int) -> Wishes:
    """Which tiles may show, how often and where, by the rows of the index.

    banned : numbers of tiles that nothing shows which is made of the set. Banned tiles that were removed count for nothing.
    Raises CannotBeDone where a pinned tile was removed.
    """
    bans, there = rows_of(stock.numbers, sorted({*banned, *options.bans}))
    rows, pinned = rows_of(stock.numbers, [pin.tile for pin in options.pins])
    for pin, found in zip(options.pins, pinned.tolist(), strict=True):
        if not found:
            raise CannotBeDone(PIN_GONE.format(tile=named(pin.tile), cell=pin.cell))
    cells = [pin.cell.row * cols + pin.cell.col for pin in options.pins]
    return Wishes(
        max_uses=options.max_uses,
        min_distance=options.min_distance,
        use_all=options.use_all,
        families=stock.families if options.families else None,
        bans=frozenset(bans[there].tolist()),
        pins=MappingProxyType(dict(zip(cells, rows.tolist(), strict=True))),
        calm=True,
    )


def rows_of(numbers: Numbers, wanted: Sequence[int]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The row of each wanted tile, and whether it is there at all. numbers : of all tiles, in order."""
    asked = np.array(wanted, np.int64)
    rows = np.searchsorted(numbers, asked)
    there = rows < len(numbers)
    there[there] = numbers[rows[there]] == asked[there]
    return rows, there
