"""The settings of one mosaic, read from a form and checked before anything is stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.domain.edits import Pin, bans_in, pins_in, written_bans, written_pins
from app.domain.limits import (
    CELLS_ACROSS_MAX,
    CELLS_ACROSS_MIN,
    CELLS_MAX,
    DISTANCE_MAX,
    PENALTY_DEFAULT,
    PENALTY_MAX,
    PENALTY_MIN,
)
from app.domain.readers import Reader, meaning, number, one_of, percent

# Name and sentence for the form. The engine's own tables have the same names; a test holds them equal.
MATCHERS = {
    "perceptual": "Looks at colour and structure as an eye does. Close likeness, without speckles.",
    "classic": "Looks at the average colour of each tile first, then at its structure. Quick, lively texture.",
    "exhaustive": "Compares every tile with every cell, pixel by pixel. Smooth, and slower on large tile sets.",
}
DEFAULT_MATCHER = "perceptual"
YES_OR_NO = {"yes": True, "no": False}


@dataclass(frozen=True)
class Placing:
    """A way to place tiles, as the form calls it and as it explains it."""

    title: str
    sentence: str


PLACEMENTS = {
    "greedy": Placing(
        "As fast as the original",
        "Row by row, so that the top of the picture has the first choice.",
    ),
    "improved": Placing("Improved", "Weighs the whole picture. Nearly the best there is, at once."),
    "optimal": Placing(
        "Best possible", "As much likeness as the penalty allows. Takes longer to find."
    ),
}


@dataclass(frozen=True)
class MosaicOptions:
    """What a person chose under "look". None is automatic, or no limit.

    shift : share of the way, 0 to 1, that the colour of a tile goes towards the photo.
    max_uses : the most uses of one tile.
    min_distance : no tile shows twice within so many cells.
    use_all : every tile shows at least once.
    families : frames of one shot, which hardly differ, count as one tile.
    bans, pins : numbers of tiles that never show, and cells with the number of the tile that does, both in order.
    """

    penalty: float = PENALTY_DEFAULT
    matcher: str = DEFAULT_MATCHER
    cells_across: int | None = None
    placement: str | None = None
    mirrors: bool | None = None
    shift: float | None = None
    max_uses: int | None = None
    min_distance: int = 0
    use_all: bool = False
    families: bool = True
    bans: tuple[int, ...] = ()
    pins: tuple[Pin, ...] = ()

    @classmethod
    def parse(cls, **texts: str) -> MosaicOptions:
        """Read the fields as a form sends them; empty or absent means the default. Raises BadInput naming the field."""
        read: dict[str, Any] = {name: READERS[name](text.strip()) for name, text in texts.items()}
        return cls(**{name: value for name, value in read.items() if value is not None})

    def written(self) -> dict[str, str]:
        """As a form sends them: what `parse` reads as the same options."""
        return {
            "penalty": f"{self.penalty:g}",
            "matcher": self.matcher,
            "cells_across": str(self.cells_across or ""),
            "placement": self.placement or "",
            "mirrors": {None: "", True: "yes", False: "no"}[self.mirrors],
            "shift": "" if self.shift is None else f"{100 * self.shift:.0f}",
            "max_uses": str(self.max_uses or ""),
            "min_distance": str(self.min_distance or ""),
            "use_all": "yes" if self.use_all else "",
            "families": "yes" if self.families else "no",
            "bans": written_bans(self.bans),
            "pins": written_pins(self.pins),
        }


# In the order of the fields above.
READERS: dict[str, Reader[Any]] = {
    "penalty": number(
        "penalty",
        f"The penalty is a number from {PENALTY_MIN:g} to {PENALTY_MAX:g}; “{{text}}” is not. "
        f"Move the slider, or write for example {PENALTY_DEFAULT}.",
        PENALTY_MIN,
        PENALTY_MAX,
    ),
    "matcher": one_of("matcher", "matcher", MATCHERS),
    "cells_across": number(
        "cells_across",
        f"Cells across is a whole number from {CELLS_ACROSS_MIN} to {CELLS_ACROSS_MAX}; “{{text}}” is not. "
        "Leave it empty to let the photo decide.",
        CELLS_ACROSS_MIN,
        CELLS_ACROSS_MAX,
        int,
    ),
    "placement": one_of("placement", "placement", PLACEMENTS),
    "mirrors": meaning(
        "mirrors",
        "Tiles are mirrored or not: “{text}” is neither yes nor no. Choose one, or automatic.",
        YES_OR_NO,
    ),
    "shift": number(
        "shift",
        "The colour shift is a whole percentage from 0 to 100; “{text}” is not. "
        "Leave it empty for what suits the matching.",
        0,
        1,
        percent,
    ),
    "max_uses": number(
        "max_uses",
        f"The most uses of a tile is a whole number from 1 to {CELLS_MAX:,}; “{{text}}” is not. "
        "Leave it empty for no limit.",
        1,
        CELLS_MAX,
        int,
    ),
    "min_distance": number(
        "min_distance",
        f"The distance between twins is a whole number of cells from 0 to {DISTANCE_MAX}; “{{text}}” is not. "
        "Leave it empty for none.",
        0,
        DISTANCE_MAX,
        int,
    ),
    "use_all": meaning(
        "use_all",
        "Every tile has to show or need not: “{text}” is neither yes nor no. Tick the box or leave it.",
        YES_OR_NO,
    ),
    "families": meaning(
        "families",
        "Frames of one shot count as one tile or not: “{text}” is neither yes nor no. Choose one.",
        YES_OR_NO,
    ),
    "bans": bans_in,
    "pins": pins_in,
}
