"""Where a mosaic lies on sheets of paper, and that in a sentence. Lengths are points, from the top left."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from app.domain.errors import BadInput
from app.domain.papers import CUSTOM, inches, mm
from app.domain.print_options import SHEETS_MAX, PrintOptions

# Tiles are kept at 128 px, more shows nothing more; the engine draws none under 16 px.
TILE_PX_MIN, TILE_PX_MAX = 16, 128
# A quarter of an inch: what is smaller is a dot of colour at arm's length.
TILE_LEAST = 18.0
SMALL = (
    "Tiles under 0.25 in (6 mm) can hardly be made out. Choose larger paper or more sheets, "
    "or make the mosaic with fewer cells across."
)
_ROUNDING = 1e-6


@dataclass(frozen=True)
class PrintLayout:
    """Sheets of one size lie on a plane, each `overlap` over the one before; the mosaic lies on the same plane.

    width, height : of a sheet once it is cut.
    bleed : what is printed beyond that, to be cut off.
    across, down : sheets.
    left, top : of the mosaic; negative where it goes over the edge.
    tile : side of a tile. cell_px : the same in px.
    cols, rows : of the mosaic.
    """

    width: float
    height: float
    bleed: float
    marks: bool
    across: int
    down: int
    overlap: float
    left: float
    top: float
    tile: float
    cell_px: int
    cols: int
    rows: int

    @property
    def sheets(self) -> int:
        """How many."""
        return self.across * self.down

    @property
    def dpi(self) -> float:
        """Px to the inch."""
        return self.cell_px / self.tile * 72

    @property
    def shown(self) -> tuple[float, float]:
        """Width and height of what is seen of the mosaic once everything is cut and glued."""
        plane = (
            _together(self.width, self.across, self.overlap),
            _together(self.height, self.down, self.overlap),
        )
        return min(plane[0], self.cols * self.tile), min(plane[1], self.rows * self.tile)

    @property
    def cut_off(self) -> float:
        """Share of the mosaic that nobody sees, 0 to 1."""
        width, height = self.shown
        return max(0.0, 1 - width * height / (self.cols * self.rows * self.tile**2))


def lay_out(options: PrintOptions, cols: int, rows: int) -> PrintLayout:
    """The mosaic as large as the sheets allow. Raises BadInput where nothing is left of the paper."""
    upright = options.sides()
    sides = {"portrait": (min(upright), max(upright)), "landscape": (max(upright), min(upright))}
    if options.orientation in sides:
        return _lay(options, *sides[options.orientation], cols, rows)
    both = [_lay(options, *side, cols, rows) for side in sides.values()]
    return max(both, key=_covered)


def in_words(options: PrintOptions, layout: PrintLayout) -> str:
    """How many sheets of what, how large the mosaic, how large a tile.

    >>> options = PrintOptions(across=3)
    >>> in_words(options, lay_out(options, 96, 63))
    '9 sheets of A4 landscape, 3 across and 3 down. The mosaic is 33.5 x 22.0 in (851 x 558 mm); each tile is 0.35 in (8.9 mm) wide, at 301 dpi.'
    """
    width, height = layout.shown
    paper = "your own paper" if options.paper == CUSTOM else options.paper
    way = "landscape" if layout.width > layout.height else "portrait"
    sheets = "1 sheet" if layout.sheets == 1 else f"{layout.sheets:,} sheets"
    many = f", {layout.across} across and {layout.down} down" if layout.sheets > 1 else ""
    gone = layout.cut_off
    return (
        f"{sheets} of {paper} {way}{many}. The mosaic is {inches(width)[:-3]} x {inches(height)} "
        f"({mm(width)[:-3]} x {mm(height)}){f', {100 * gone:.0f} % of it cut off at the edges' if gone >= 0.005 else ''}; "
        f"each tile is {inches(layout.tile)} ({mm(layout.tile)}) wide, at {layout.dpi:,.0f} dpi{_most(options, layout)}."
    )


def warning(options: PrintOptions, layout: PrintLayout) -> str:
    """What to think about before paper is spent; empty where there is nothing.

    >>> options = PrintOptions(down=2)
    >>> warning(options, lay_out(options, 30, 20))
    'The mosaic would be as large on 1 sheet: of these 2 the rest stays white. Leave “Sheets down” empty, or choose more across.'
    """
    small = SMALL if layout.tile < TILE_LEAST - _ROUNDING else ""
    return " ".join(said for said in (small, _wasted(options, layout)) if said)


def _wasted(options: PrintOptions, layout: PrintLayout) -> str:
    """Where fewer sheets would show as much of it, and as large."""
    for sheets in range(1, layout.sheets):
        for across in range(1, min(layout.across, sheets) + 1):
            down, left = divmod(sheets, across)
            if not left and down <= layout.down and _as_large(options, layout, across, down):
                many = (
                    "1 sheet"
                    if sheets == 1
                    else f"{sheets:,} sheets ({across} across, {down} down)"
                )
                return (
                    f"The mosaic would be as large on {many}: of these {layout.sheets:,} the rest stays white. "
                    "Leave “Sheets down” empty, or choose more across."
                )
    return ""


def _as_large(options: PrintOptions, layout: PrintLayout, across: int, down: int) -> bool:
    fewer = lay_out(replace(options, across=across, down=down), layout.cols, layout.rows)
    same_tile = fewer.tile >= layout.tile - _ROUNDING
    return same_tile and fewer.cut_off <= layout.cut_off + _ROUNDING


def _most(options: PrintOptions, layout: PrintLayout) -> str:
    kept = layout.cell_px == TILE_PX_MAX and layout.dpi < 0.98 * options.dpi
    return f", the most that tiles of {TILE_PX_MAX} px give at this size" if kept else ""


def _lay(options: PrintOptions, width: float, height: float, cols: int, rows: int) -> PrintLayout:
    overlap = options.length("overlap")
    down = options.down or _down(options, width, height, cols, rows)
    many = options.across > 1 or down > 1
    _check(options, down, overlap if many else 0.0, min(width, height))
    plane = _together(width, options.across, overlap), _together(height, down, overlap)
    bleed, border = options.length("bleed"), _border(options)
    if options.fit == "fill":
        tile = max((plane[0] + 2 * bleed) / cols, (plane[1] + 2 * bleed) / rows)
    else:
        tile = min((plane[0] - 2 * border) / cols, (plane[1] - 2 * border) / rows)
    if tile <= _ROUNDING:
        raise BadInput(
            "With this border nothing is left of the paper. Make it smaller.", field="border"
        )
    return PrintLayout(
        *(width, height, bleed, options.marks, options.across, down, overlap if many else 0.0),
        *((plane[0] - cols * tile) / 2, (plane[1] - rows * tile) / 2),
        *(tile, min(max(round(tile / 72 * options.dpi), TILE_PX_MIN), TILE_PX_MAX)),
        *(cols, rows),
    )


def _down(options: PrintOptions, width: float, height: float, cols: int, rows: int) -> int:
    """As many sheets below one another as the whole width asks for; a single one across stays a single one."""
    if options.across == 1:
        return 1
    overlap, border = options.length("overlap"), _border(options)
    plane = _together(width, options.across, overlap)
    if overlap >= height:
        return 1
    wanted = ((plane - 2 * border) / cols * rows + 2 * border - overlap) / (height - overlap)
    return max(1, round(wanted) if options.fit == "fill" else math.ceil(wanted - _ROUNDING))


def _check(options: PrintOptions, down: int, overlap: float, side: float) -> None:
    if overlap > side / 2:
        raise BadInput(
            "Sheets cannot overlap by more than half of their shorter side. Make the overlap smaller.",
            field="overlap",
        )
    if options.across * down > SHEETS_MAX:
        raise BadInput(
            f"{options.across} x {down} are {options.across * down:,} sheets; the most we make at once is {SHEETS_MAX}. "
            "Choose fewer sheets across, or larger paper.",
            field="across",
        )


def _border(options: PrintOptions) -> float:
    return 0.0 if options.fit == "fill" else options.length("border")


def _covered(layout: PrintLayout) -> float:
    """Share of the paper that shows something, less the share of the mosaic that is cut off."""
    width, height = layout.shown
    paper = layout.sheets * layout.width * layout.height
    return width * height / paper - layout.cut_off


def _together(side: float, count: int, overlap: float) -> float:
    return count * side - (count - 1) * overlap
