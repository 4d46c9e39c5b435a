"""Whether a set can be laid as it was wished: said before anything is queued, with what is in the way and the way out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy.orm import Session

from app.domain.edits import Pin, named
from app.domain.errors import BadInput
from app.domain.grid import GridSize
from app.domain.options import MosaicOptions
from app.domain.possible import check_possible
from app.models import TileSet
from app.services.bans import banned_in, count_families, families_of

SAFE = "Nothing else is lost."


def check_wishes(
    session: Session,
    tile_set: TileSet,
    options: MosaicOptions,
    grid: GridSize,
    *,
    in_a_hurry: bool = False,
) -> None:
    """Raises BadInput. Bans of tiles that were removed count for nothing; a pinned tile has to be there.

    in_a_hurry : families are not counted, which takes a tenth of a second in a large set; a worker that answers at once says
        what they leave undone.
    """
    everywhere = set(banned_in(session, tile_set.id))
    asked = {*options.bans, *(pin.tile for pin in options.pins)}
    there = families_of(session, tile_set.id, asked) if asked else {}
    for pin in options.pins:
        _check_pin(pin, options, grid, everywhere, there)
    banned = everywhere | (set(options.bans) & set(there))
    if tile_set.tile_count <= len(banned):
        raise BadInput(
            f"Every tile of “{tile_set.name}” is banned: allow at least one again. {SAFE}",
            field="bans",
        )
    families = {tile: (family, tile if family is None else -1) for tile, family in there.items()}
    if not options.families:
        families = {tile: (None, tile) for tile in there}
    _check_repeats(options, families)
    tiles, grouped = tile_set.tile_count - len(banned), False
    repeats = options.max_uses or options.min_distance or options.use_all
    if options.families and repeats and not in_a_hurry:
        # None where all its tiles were removed this moment: the worker will say so.
        counted = count_families(session, tile_set.id, banned) or tiles
        tiles, grouped = counted, counted < tiles
    check_possible(options, tiles, grid, grouped=grouped)


def _check_pin(
    pin: Pin,
    options: MosaicOptions,
    grid: GridSize,
    everywhere: set[int],
    there: Mapping[int, int | None],
) -> None:
    what = f"{named(pin.tile)}, pinned at {pin.cell},"
    if pin.cell.col >= grid.cols or pin.cell.row >= grid.rows:
        wrong = (
            f"{what} is outside the mosaic, which has {grid.cols} x {grid.rows} cells: unpin it."
        )
    elif pin.tile not in there:
        wrong = f"{what} was removed from the tile set: unpin it."
    elif pin.tile in everywhere:
        wrong = f"{what} is banned in the tile set: unpin it, or allow it again there."
    elif pin.tile in options.bans:
        wrong = f"{what} is banned in this mosaic: unpin it, or allow it again."
    else:
        return
    raise BadInput(f"{wrong} {SAFE}", field="pins")


def _check_repeats(options: MosaicOptions, families: Mapping[int, object]) -> None:
    """Pins against the most uses and the least distance."""
    cells = defaultdict(list)
    for pin in options.pins:
        cells[families[pin.tile]].append(pin)
    for pins in cells.values():
        many, most = len(pins), options.max_uses
        if most is not None and many > most:
            raise BadInput(
                f"{named(pins[0].tile)}, or a frame of the same shot, is pinned to {many:,} cells, and the most uses of a "
                f"tile are {most:,}: allow {many:,}, or unpin {many - most:,}. {SAFE}",
                field="max_uses",
            )
        if options.min_distance:
            _check_apart(pins, options.min_distance)


def _check_apart(pins: list[Pin], distance: int) -> None:
    at = {pin.cell for pin in pins}
    steps = range(-distance, distance + 1)
    for pin in pins:
        col, row = pin.cell
        for other in ((col + x, row + y) for y in steps for x in steps if x or y):
            if other in at:
                raise BadInput(
                    f"{named(pin.tile)}, or a frame of the same shot, is pinned at {pin.cell} and again within "
                    f"{distance} cells of it, and no tile shall show twice so near: choose a smaller distance, or unpin "
                    f"one of the two. {SAFE}",
                    field="min_distance",
                )
