"""What a person chose for a print, read from a form and checked before anything is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from app.domain.errors import BadInput
from app.domain.papers import CUSTOM, PAPERS, POINTS, points
from app.domain.readers import Reader, meaning, number, one_of

ORIENTATIONS = {"auto": "As the mosaic", "portrait": "Portrait", "landscape": "Landscape"}
FITS = {"whole": "All of it, with a border", "fill": "To the edge, a little cut off"}
UNITS = {"mm": "Millimetres", "in": "Inches"}
DPI_MIN, DPI_MAX = 72, 600
# In whichever unit; what is too long is said in mm, below.
LENGTH_MAX = 5_000
# A wall of 10 x 10 sheets; more are a job for a printer of rolls.
SHEETS_MAX = 100
# Smaller than a stamp, and PDF's own largest page of 200 in less room for crop marks.
PAPER_MIN_MM, PAPER_MAX_MM = 40.0, 5_000.0
# The most that anybody leaves white, prints over the edge, or glues.
LENGTH_MAX_MM = {"border": 200.0, "bleed": 25.0, "overlap": 50.0}
DEFAULT_MM = {"border": 10.0, "bleed": 0.0, "overlap": 10.0}


@dataclass(frozen=True)
class PrintOptions:
    """Lengths are in `unit`; None is as usual.

    paper : a key of PAPERS, or CUSTOM with `width` and `height`.
    fit : the whole picture with white around it, or paper covered to the edge.
    border : white around the whole picture, at least. Nothing where paper is covered.
    bleed : how far the picture goes over the edge of the paper, to be cut off.
    marks : where to cut is marked outside of the paper.
    across, down : sheets beside and below one another; None: as many below as show the whole width.
    overlap : what a sheet shows of the next, to glue it.
    """

    paper: str = "A4"
    unit: str = "mm"
    width: float | None = None
    height: float | None = None
    orientation: str = "auto"
    fit: str = "whole"
    border: float | None = None
    dpi: int = 300
    bleed: float | None = None
    marks: bool = False
    across: int = 1
    down: int | None = None
    overlap: float | None = None

    @classmethod
    def parse(cls, texts: Mapping[str, str]) -> Self:
        """Read the fields as a form sends them; empty or absent means the default. Raises BadInput naming the field."""
        read = {name: reader(texts.get(name, "").strip()) for name, reader in READERS.items()}
        options = cls(**{name: value for name, value in read.items() if value is not None})
        options.check()
        return options

    def written(self) -> dict[str, str]:
        """As a form sends them: what `parse` reads as the same options."""
        return {name: _text(value) for name, value in asdict(self).items()}

    def check(self) -> None:
        """Raises BadInput where lengths are out of their range, or the paper has no size."""
        for name, most in LENGTH_MAX_MM.items():
            value = getattr(self, name)
            if value is not None and self._mm(value) > most + 1e-6:
                raise BadInput(
                    f"The {name} is {most:g} mm at most, which is {most / 25.4:.1f} in; {value:g} {self.unit} is more.",
                    field=name,
                )
        if self.paper == CUSTOM:
            self._check_side("width")
            self._check_side("height")
        if self.across * (self.down or 1) > SHEETS_MAX:
            raise BadInput(
                f"{self.across} x {self.down} are more than {SHEETS_MAX} sheets, the most we make at once. "
                "Choose fewer, or larger paper.",
                field="down",
            )

    def length(self, name: str) -> float:
        """Border, bleed or overlap in points."""
        value = getattr(self, name)
        return points(DEFAULT_MM[name], "mm") if value is None else points(value, self.unit)

    def sides(self) -> tuple[float, float]:
        """Width and height of the paper in points: of a named paper upright, of another as given."""
        if self.paper == CUSTOM and self.width and self.height:
            return points(self.width, self.unit), points(self.height, self.unit)
        width, height = PAPERS[self.paper]
        return points(width, "mm"), points(height, "mm")

    def _mm(self, value: float) -> float:
        return value * POINTS[self.unit] / POINTS["mm"]

    def _check_side(self, name: str) -> None:
        value = getattr(self, name)
        if value is None or not PAPER_MIN_MM <= self._mm(value) <= PAPER_MAX_MM:
            raise BadInput(
                f"Give paper of your own a {name} from {PAPER_MIN_MM:g} to {PAPER_MAX_MM:,.0f} mm "
                f"({PAPER_MIN_MM / 25.4:.1f} to {PAPER_MAX_MM / 25.4:.0f} in).",
                field=name,
            )

    def as_json(self) -> dict[str, Any]:
        """With numbers as numbers."""
        return asdict(self)


def _text(value: object) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return "yes"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _length(name: str) -> Reader[float]:
    return number(
        name,
        f"The {name} is a number; “{{text}}” is not. Leave it empty for what is usual.",
        0,
        LENGTH_MAX,
    )


def _count(name: str, what: str) -> Reader[float]:
    return number(
        name,
        f"{what} are a whole number from 1 to {SHEETS_MAX}; “{{text}}” is not.",
        1,
        SHEETS_MAX,
        int,
    )


READERS: dict[str, Reader[Any]] = {
    "paper": one_of("paper", "paper", [*PAPERS, CUSTOM]),
    "unit": one_of("unit", "unit", UNITS),
    "width": _length("width"),
    "height": _length("height"),
    "orientation": one_of("orientation", "orientation", ORIENTATIONS),
    "fit": one_of("fit", "way to fit it", FITS),
    "border": _length("border"),
    "dpi": number(
        "dpi",
        f"Dots per inch are a whole number from {DPI_MIN} to {DPI_MAX}; “{{text}}” is not. 300 is right for print.",
        DPI_MIN,
        DPI_MAX,
        int,
    ),
    "bleed": _length("bleed"),
    "marks": meaning(
        "marks",
        "Crop marks are wanted or not: “{text}” is neither yes nor no.",
        {"yes": True, "no": False},
    ),
    "across": _count("across", "Sheets across"),
    "down": _count("down", "Sheets down"),
    "overlap": _length("overlap"),
}
