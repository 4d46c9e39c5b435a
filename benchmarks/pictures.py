"""The pictures and figures of docs/matching.md: `make pictures`. Tiles are the sample's, the photo is chelsea.

Every number on that page between `<!-- figures -->` marks is written here, by the run that made the pictures.
"""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from benchmarks.library import photo
from cli.make.library import Library, open_library
from cli.sample.pictures import recipe, write_zip
from engine.build import Match
from engine.deepen import deepened
from engine.grid import Grid
from engine.match import CLASSIC, EXHAUSTIVE, PERCEPTUAL, Matcher
from engine.perceptual import perceptual_score
from engine.place import Table
from engine.quality import Receipt, receipt
from engine.strips import strips
from engine.types import Candidates, Pixels, Plan, Settings, silent

DOCS = Path(__file__).parents[1] / "docs"
PAGE = DOCS / "matching.md"
MARKS = re.compile(r"(?<=<!-- figures -->\n)(.*?)(?=<!-- end of figures -->)", re.DOTALL)
# The cat's eyes, as rows and columns of cells, and a cell at the rim of the left one.
ROWS, COLS, CELL = slice(14, 32), slice(24, 51), (22, 28)
CELL_PX, GAP, LINE, LISTED = 16, 8, 26, 12


def _without_errors(*arguments: object) -> Candidates:
    return replace(perceptual_score(*arguments), errors=None)


SSIM_ALONE = replace(EXHAUSTIVE, name="SSIM alone", score=CLASSIC.score, k=400, best_first=False)
ALONE = replace(PERCEPTUAL, name="each cell alone", score=_without_errors)
SHOWN = {
    "Mean colour first (classic)": (CLASSIC, 0.05),
    "Pixels alone (exhaustive), no penalty": (EXHAUSTIVE, 0.0),
    "SSIM alone, of the 400 nearest by pixels": (SSIM_ALONE, 0.05),
    "Perceptual, each cell by itself": (ALONE, 0.05),
    "Perceptual": (PERCEPTUAL, 0.05),
}


@dataclass(frozen=True)
class Made:
    """One mosaic of the page."""

    match: Match
    plan: Plan
    figures: Receipt


def main() -> None:
    """Make everything that the page shows."""
    picture = photo("chelsea")
    with tempfile.TemporaryDirectory() as folder:
        library = sample(Path(folder))
        made = {name: make(picture, library, *how) for name, how in SHOWN.items()}
        grid = made["Perceptual"].plan.grid
        own = Image.fromarray(picture).resize(
            (grid.cols * CELL_PX, grid.rows * CELL_PX), Image.Resampling.LANCZOS, box=grid.box
        )
        whole = {"The photo": own} | {name: _drawn(one.plan, library) for name, one in made.items()}
        _sheet({name: _near(one) for name, one in whole.items()}, "near")
        _sheet({name: _afar(one) for name, one in whole.items()}, "afar")
        rows = {name: one.match for name, one in made.items() if one.match.matcher is not ALONE}
        _lists(rows, library, grid).save(DOCS / "pictures/matching-lists.png", optimize=True)
    PAGE.write_text(MARKS.sub(table({n: m.figures for n, m in made.items()}), PAGE.read_text()))


def sample(folder: Path) -> Library:
    """The sample's tiles, read as anybody's zip is."""
    place = folder / "sample.zip"
    with place.open("wb") as stream:
        write_zip(stream, recipe())
    return open_library(place, folder / "cache", lambda _done, _all: None)


def make(picture: Pixels, library: Library, matcher: Matcher, penalty: float) -> Made:
    """A mosaic by any matcher, listed or not; colours of tiles are not shifted."""
    grid = Grid.fit(picture.shape[1], picture.shape[0])
    cells, index = grid.thumbs(picture), library.index
    found = matcher.find(cells, index, matcher.k, silent, mirrors=matcher.mirrors)
    further = matcher.deepens
    table = (
        deepened(matcher, cells, index, found, silent, cols=grid.cols)
        if further
        else Table.of(found)
    )
    match = Match(grid, cells, index, matcher, table)
    plan = match.plan(Settings(penalty=penalty, shift=0.0))
    return Made(match, plan, receipt(plan, cells, index))


def table(figures: dict[str, Receipt]) -> str:
    """Figures as lines of Markdown."""
    head = (
        "| | cell SSIM | far colour error | far SSIM | different tiles |\n|---|---|---|---|---|\n"
    )
    return head + "".join(
        f"| {name} | {r.ssim_mean:.3f} | {r.far_color_error:.2f} | {r.far_ssim:.3f} | {r.distinct:,} |\n"
        for name, r in figures.items()
    )


def _drawn(plan: Plan, library: Library) -> Image.Image:
    return Image.fromarray(np.concatenate(list(strips(plan, library, CELL_PX))))


def _near(whole: Image.Image) -> Image.Image:
    box = (COLS.start, ROWS.start, COLS.stop, ROWS.stop)
    return whole.crop(tuple(CELL_PX * side for side in box))


def _afar(whole: Image.Image) -> Image.Image:
    """As from ten picture widths away: blurred by half a cell, and small."""
    blurred = whole.filter(ImageFilter.GaussianBlur(CELL_PX / 2))
    return blurred.resize((432, round(432 * whole.height / whole.width)), Image.Resampling.BOX)


def _sheet(panels: dict[str, Image.Image], name: str) -> None:
    """Panels in three columns, each under its name."""
    width, height = next(iter(panels.values())).size
    rows = -(-len(panels) // 3)
    sheet = Image.new("RGB", (3 * (width + GAP) - GAP, rows * (height + LINE + GAP) - GAP), "white")
    for number, (title, panel) in enumerate(panels.items()):
        left, top = number % 3 * (width + GAP), number // 3 * (height + LINE + GAP)
        _write(sheet, (left, top + 4), title)
        sheet.paste(panel, (left, top + LINE))
    sheet.save(DOCS / f"pictures/matching-{name}.jpg", quality=82, optimize=True)


def _lists(rows: dict[str, Match], library: Library, grid: Grid) -> Image.Image:
    """One cell, and what each matcher would choose for it, best first, as the thumbs that are compared."""
    side, number = 60, CELL[0] * grid.cols + CELL[1]
    sheet = Image.new(
        "RGB", ((LISTED + 1) * (side + 4) + 20, len(rows) * (side + LINE + GAP) - GAP), "white"
    )
    for row, (title, match) in enumerate(rows.items()):
        top = row * (side + LINE + GAP)
        _write(sheet, (0, top + 4), f"The cell, and the first choices of: {title}")
        thumbs = [match.cells[number], *_first(match, library.index.thumbs, number)]
        for place, thumb in enumerate(thumbs):
            left = place * (side + 4) + (20 if place else 0)
            tile = Image.fromarray(thumb).resize((side, side), Image.Resampling.NEAREST)
            sheet.paste(tile, (left, top + LINE))
    return sheet


def _first(match: Match, thumbs: NDArray[np.uint8], cell: int) -> list[NDArray[np.uint8]]:
    found = match.candidates
    start, stop = found.start[cell], found.start[cell + 1]
    best = start + np.argsort(-found.scores[start:stop], kind="stable")[:LISTED]
    turned = np.zeros(len(found.tiles), np.bool_) if found.mirrored is None else found.mirrored
    return [thumbs[found.tiles[i]][:, :: -1 if turned[i] else 1] for i in best]


def _write(sheet: Image.Image, at: tuple[int, int], text: str) -> None:
    ImageDraw.Draw(sheet).text(at, text, "black", ImageFont.load_default(15))


if __name__ == "__main__":
    main()
