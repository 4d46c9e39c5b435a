"""Buttons that decide about single tiles: what each says, and the options that follow."""

from __future__ import annotations

import re
from dataclasses import replace

from app.domain.edits import Cell, Pin, bans_in, pins_in, written_bans, written_pins
from app.domain.errors import BadInput
from app.domain.options import MosaicOptions

_ACT = re.compile(r"(ban|allow|everywhere)\.([0-9]{1,10})|(pin|unpin)\.([0-9.]{3,24})|clear")
UNKNOWN = (
    "This page does not know what that button means. Reload it and try again. Nothing was changed."
)


def after(options: MosaicOptions, act: str) -> MosaicOptions:
    """The options after a button was pressed; a tile that is banned is pinned nowhere. Raises BadInput.

    act : `ban.7` (tile 7), `allow.7`, `pin.3.1.7` (in the cell 3 across, 1 down, from 0), `unpin.3.1`, `clear` (all of
        them), or `everywhere.7`: it is banned in the set, and options have but to leave it alone.

    >>> after(after(MosaicOptions(), "ban.7"), "pin.3.1.7").pins
    (Pin(cell=Cell(col=3, row=1), tile=7),)
    """
    match = _ACT.fullmatch(act)
    if match is None:
        raise BadInput(UNKNOWN)
    verb = match[1] or match[3]
    if verb is None:
        return replace(options, bans=(), pins=())
    if match[1]:
        return _told_of_tile(options, verb, int(match[2]))
    return _told_of_cell(options, verb, match[4])


def banned_everywhere(act: str) -> int | None:
    """The tile that a button bans in the whole set; None for other buttons.

    >>> banned_everywhere("everywhere.7"), banned_everywhere("ban.7")
    (7, None)
    """
    match = _ACT.fullmatch(act)
    return int(match[2]) if match and match[1] == "everywhere" else None


def _told_of_tile(options: MosaicOptions, verb: str, tile: int) -> MosaicOptions:
    bans = {*options.bans, tile} if verb == "ban" else {*options.bans} - {tile}
    pins = options.pins
    if verb != "allow":
        pins = tuple(pin for pin in pins if pin.tile != tile)
    return _checked(options, bans, {pin.cell: pin.tile for pin in pins})


def _told_of_cell(options: MosaicOptions, verb: str, what: str) -> MosaicOptions:
    bans, pins = {*options.bans}, {pin.cell: pin.tile for pin in options.pins}
    if verb == "unpin":
        [(cell, _)] = pins_in(f"{what}.0") or ()
        pins.pop(cell, None)
    else:
        [(cell, tile)] = pins_in(what) or ()
        pins[cell] = tile
        bans.discard(tile)
    return _checked(options, bans, pins)


def _checked(options: MosaicOptions, bans: set[int], pins: dict[Cell, int]) -> MosaicOptions:
    """By the rules of the form."""
    return replace(
        options,
        bans=bans_in(written_bans(sorted(bans))) or (),
        pins=pins_in(written_pins(Pin(cell, tile) for cell, tile in pins.items())) or (),
    )
