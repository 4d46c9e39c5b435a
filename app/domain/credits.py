"""Whose pictures a mosaic is made of: as rows, as plain text, as a table for a spreadsheet."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

# A spreadsheet takes what begins so for a formula.
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Credit:
    """One upload, or one film of it.

    film : the name of its file; empty for pictures.
    tiles : how many different tiles of it show; uses : how many cells they cover.
    """

    source: str
    film: str
    tiles: int
    uses: int


@dataclass(frozen=True)
class Credits:
    """In the order of their uses.

    gone : cells whose tile was removed from its set since; nobody knows any more where it came from.
    thanks : whom else to thank: for the photo, for the tile set.
    """

    title: str
    tile_set: str
    cells: int
    rows: tuple[Credit, ...]
    gone: int
    thanks: tuple[str, ...] = ()

    def share(self, uses: int) -> float:
        """Of the whole mosaic, in percent."""
        return 100 * uses / self.cells


def as_text(given: Credits) -> str:
    """To be read, or pasted under the picture.

    >>> print(as_text(Credits("Mother", "Lake house", 100, (Credit("Summer.mp4", "Summer.mp4", 7, 75),), 25)))
    Mother, a mosaic of 100 tiles from “Lake house”
    <BLANKLINE>
    Summer.mp4 (film): 75 times, 75.0 %, 7 different tiles
    Removed from the tile set since: 25 times, 25.0 %
    <BLANKLINE>
    """
    lines = [f"{given.title}, a mosaic of {given.cells:,} tiles from “{given.tile_set}”", ""]
    for row in given.rows:
        tiles = "1 tile" if row.tiles == 1 else f"{row.tiles:,} different tiles"
        lines.append(f"{_named(row)}: {_times(row.uses, given)}, {tiles}")
    if given.gone:
        lines.append(f"Removed from the tile set since: {_times(given.gone, given)}")
    if given.thanks:
        lines += ["", *given.thanks]
    return "\n".join(lines) + "\n"


def as_table(given: Credits) -> str:
    """CSV with a line of names."""
    out = io.StringIO(newline="")
    table = csv.writer(out)
    table.writerow(("source", "film", "different_tiles", "times_used", "percent"))
    for row in given.rows:
        share = f"{given.share(row.uses):.2f}"
        table.writerow((_plain(row.source), _plain(row.film), row.tiles, row.uses, share))
    if given.gone:
        table.writerow(("", "", "", given.gone, f"{given.share(given.gone):.2f}"))
    return out.getvalue()


def _named(row: Credit) -> str:
    if not row.film:
        return row.source
    return (
        f"{row.film} (film)" if row.film == row.source else f"{row.film} (film, from {row.source})"
    )


def _times(uses: int, given: Credits) -> str:
    often = "once" if uses == 1 else f"{uses:,} times"
    return f"{often}, {given.share(uses):.1f} %"


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULAS) else text
