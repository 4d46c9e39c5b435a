"""What a person decided about single tiles: those that never show, and those that show in a cell."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from app.domain.errors import BadInput
from app.domain.limits import BANS_MAX, CELLS_MAX, PINS_MAX
from app.domain.numbers import TILE_NUMBER_MAX, runs_in, runs_of, words_of

_CELL = re.compile(r"([0-9]{1,5})\.([0-9]{1,5})")
_PIN = re.compile(rf"{_CELL.pattern}\.([0-9]{{1,10}})")
UNREADABLE = (
    "“{text}” is not how this page says which tiles are {what}. Nothing was changed: "
    "go back, reload the page and choose them there."
)


class Cell(NamedTuple):
    """A place in the grid, from 0 at the top left. People count from 1."""

    col: int
    row: int

    def __str__(self) -> str:
        """As people read it.

        >>> str(Cell(0, 11))
        '1 across, 12 down'
        """
        return f"{self.col + 1:,} across, {self.row + 1:,} down"

    @property
    def written(self) -> str:
        """As an address has it.

        >>> Cell(0, 11).written
        '0.11'
        """
        return f"{self.col}.{self.row}"


class Pin(NamedTuple):
    """A tile, by its number, that shows in a cell."""

    cell: Cell
    tile: int


def named(tile: int) -> str:
    """A tile as its page calls it: people count from 1.

    >>> named(4711)
    'Tile 4,712'
    """
    return f"Tile {tile + 1:,}"


def cell_in(text: str) -> Cell | None:
    """The cell that a field names, or None.

    >>> cell_in("3.14"), cell_in("somewhere")
    (Cell(col=3, row=14), None)
    """
    match = _CELL.fullmatch(text)
    return Cell(int(match[1]), int(match[2])) if match else None


def bans_in(text: str) -> tuple[int, ...] | None:
    """Tile numbers in order, each once; None for an empty field. Raises BadInput.

    >>> bans_in("9,0-2,1")
    (0, 1, 2, 9)
    """
    if not text:
        return None
    try:
        runs = runs_in(text)
    except BadInput as error:
        sentence = UNREADABLE.format(text=text[:20], what="banned")
        raise BadInput(sentence, field="bans") from error
    if sum(count for _, count in runs) > BANS_MAX:
        raise BadInput(TOO_MANY_BANS, field="bans")
    return tuple(sorted({n for first, count in runs for n in range(first, first + count)}))


TOO_MANY_BANS = (
    f"One mosaic can do without {BANS_MAX:,} tiles at most, and this would be more. Ban them in the tile set, "
    "or take them out of it. Nothing was changed."
)
TOO_MANY_PINS = f"One mosaic can have {PINS_MAX:,} pinned cells at most, and this would be more. Unpin one first. Nothing was changed."


def written_bans(bans: Iterable[int]) -> str:
    """As a form sends them: what `bans_in` reads as the same."""
    return words_of(runs_of(bans))


def pins_in(text: str) -> tuple[Pin, ...] | None:
    """Pins in the order of their cells; of two for one cell the later counts. None for an empty field. Raises BadInput.

    >>> pins_in("3.1.20,0.0.7,3.1.21")
    (Pin(cell=Cell(col=0, row=0), tile=7), Pin(cell=Cell(col=3, row=1), tile=21))
    """
    if not text:
        return None
    pins = dict(_pin(part) for part in text.split(","))
    if len(pins) > PINS_MAX:
        raise BadInput(TOO_MANY_PINS, field="pins")
    return tuple(Pin(cell, pins[cell]) for cell in sorted(pins))


def written_pins(pins: Iterable[Pin]) -> str:
    """As a form sends them: what `pins_in` reads as the same."""
    return ",".join(f"{pin.cell.written}.{pin.tile}" for pin in pins)


def _pin(text: str) -> Pin:
    match = _PIN.fullmatch(text)
    if (
        match is None
        or int(match[3]) > TILE_NUMBER_MAX
        or max(map(int, match.groups()[:2])) >= CELLS_MAX
    ):
        raise BadInput(UNREADABLE.format(text=text[:20], what="pinned"), field="pins")
    return Pin(Cell(int(match[1]), int(match[2])), int(match[3]))
