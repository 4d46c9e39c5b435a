"""The wall of a set: one page of it as a list without a script, and what the script needs to show all of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from app.domain.numbers import Run, slice_of
from app.domain.sheets import SHEET_TILES, place_in_sheet, sheet_of
from app.models import Sheet, TileSet
from app.services import wall
from app.web.paging import Pages
from app.web.wanted import Filters
from app.web.words import short_hash

# As many as a sheet has: a page is one picture, or two where tiles were removed.
PER_PAGE = SHEET_TILES


@dataclass(frozen=True)
class Cell:
    """One tile on the page: its place in the picture at `src`, which is a sheet, or the tile alone."""

    number: int
    href: str
    src: str
    place: tuple[int, int] | None


@dataclass(frozen=True)
class Wall:
    """A page of cells, of all that the filters let through."""

    filters: Filters
    total: int
    cells: list[Cell]
    pages: Pages

    @property
    def args(self) -> dict[str, Any]:
        """For the addresses of tiles, so that they lead back here."""
        return _args(self.filters, self.pages)


def wall_of(session: Session, tile_set: TileSet) -> Wall:
    """The page that the address asks for, of a set that the caller has already looked up."""
    filters = Filters.asked()
    runs = wall.runs_on(session, tile_set, filters.wanted)
    total = sum(count for _, count in runs)
    pages = Pages.of(
        total,
        per_page=PER_PAGE,
        endpoint="tiles.page",
        tile_set_id=tile_set.id,
        **filters.args,
    )
    numbers = slice_of(runs, pages.first, pages.end)
    # The nearest to a colour come from all over the set: each is a picture by itself.
    wanted = set() if filters.wanted.color else {sheet_of(number) for number in numbers}
    sheets = wall.sheets_with(session, tile_set, wanted) if wanted else []
    return Wall(filters, total, _cells(tile_set, numbers, sheets, _args(filters, pages)), pages)


def wall_json(runs: Sequence[Run], sheets: Sequence[Sheet]) -> dict[str, Any]:
    """The same for the script: runs of tile numbers, and runs of sheets: first, how many, until which tile, version."""
    found: list[list[Any]] = []
    for sheet in sheets:
        version = short_hash(sheet.key)
        last = found[-1] if found else None
        # The one before was full, and lies in the same object.
        if last and sheet.number * SHEET_TILES == last[2] and version == last[3]:
            last[1:3] = [last[1] + 1, sheet.until]
        else:
            found.append([sheet.number, 1, sheet.until, version])
    return {"runs": runs, "sheets": found}


def _args(filters: Filters, pages: Pages) -> dict[str, Any]:
    page = {"page": pages.number} if pages.number > 1 else {}
    return {**filters.args, **page}


def _cells(
    tile_set: TileSet, numbers: Sequence[int], sheets: Sequence[Sheet], args: Mapping[str, Any]
) -> list[Cell]:
    # Addresses differ in a number; to have Flask build hundreds of them would take longer than all else about a page.
    page = url_for("tile.page", tile_set_id=tile_set.id, number=0, **args)
    picture = url_for("pictures.tile", tile_set_id=tile_set.id, number=0)
    drawn = {sheet.number: (_address(tile_set, sheet), sheet.until) for sheet in sheets}
    cells = []
    for number in numbers:
        src, until = drawn.get(sheet_of(number), ("", 0))
        place = place_in_sheet(number) if number < until else None
        if place is None:
            src = _numbered(picture, number)
        cells.append(Cell(number, _numbered(page, number), src, place))
    return cells


def _address(tile_set: TileSet, sheet: Sheet) -> str:
    version = short_hash(sheet.key)
    return url_for("wall.sheet", tile_set_id=tile_set.id, sheet=sheet.number, v=version)


def _numbered(first: str, number: int) -> str:
    """The address of tile 0 with another number."""
    return first.replace("/t/0", f"/t/{number}", 1)
