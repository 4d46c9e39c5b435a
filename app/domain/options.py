"""The settings of one mosaic, read from a form and checked before anything is stored."""

from __future__ import annotations

import math
from dataclasses import dataclass

from app.domain.errors import BadInput
from app.domain.limits import (
    CELLS_ACROSS_MAX,
    CELLS_ACROSS_MIN,
    PENALTY_DEFAULT,
    PENALTY_MAX,
    PENALTY_MIN,
)

# Name and sentence for the form. The engine's own table has the same names; a test holds them equal.
MATCHERS = {
    "perceptual": "Looks at colour and structure as an eye does. Close likeness, without speckles.",
    "classic": "Looks at the average colour of each tile first, then at its structure. Quick, lively texture.",
    "exhaustive": "Compares every tile with every cell, pixel by pixel. Smooth, and slower on large tile sets.",
}
DEFAULT_MATCHER = "perceptual"


@dataclass(frozen=True)
class MosaicOptions:
    """What a person chose under "look"."""

    penalty: float = PENALTY_DEFAULT
    matcher: str = DEFAULT_MATCHER
    cells_across: int | None = None

    @classmethod
    def parse(
        cls, *, penalty: str = "", matcher: str = "", cells_across: str = ""
    ) -> MosaicOptions:
        """Read the fields as a form sends them; empty means the default. Raises BadInput naming the field."""
        return cls(
            penalty=_penalty(penalty),
            matcher=_matcher(matcher),
            cells_across=_cells_across(cells_across),
        )


def _penalty(text: str) -> float:
    if not text.strip():
        return PENALTY_DEFAULT
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        value = math.nan
    if not PENALTY_MIN <= value <= PENALTY_MAX:  # false for NaN as well
        raise BadInput(
            f"The penalty is a number from {PENALTY_MIN:g} to {PENALTY_MAX:g}; “{text[:20]}” is not. "
            f"Move the slider, or write for example {PENALTY_DEFAULT}.",
            field="penalty",
        )
    return value


def _matcher(text: str) -> str:
    name = text.strip() or DEFAULT_MATCHER
    if name not in MATCHERS:
        raise BadInput(
            f"There is no matcher called “{text[:20]}”. Choose one of: {', '.join(MATCHERS)}.",
            field="matcher",
        )
    return name


def _cells_across(text: str) -> int | None:
    if not text.strip():
        return None
    try:
        value = int(text)
    except ValueError:
        value = -1
    if not CELLS_ACROSS_MIN <= value <= CELLS_ACROSS_MAX:
        raise BadInput(
            f"Cells across is a whole number from {CELLS_ACROSS_MIN} to {CELLS_ACROSS_MAX}; “{text[:20]}” is not. "
            "Leave it empty to let the photo decide.",
            field="cells_across",
        )
    return value
