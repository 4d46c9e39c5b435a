"""The panel of a cell that is being tuned: its tile, what else might show there, and what was decided so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request

from app.domain.edits import Cell, cell_in
from app.domain.errors import BadInput
from app.domain.options import MosaicOptions
from app.domain.timecodes import time_code
from app.models import Mosaic
from app.services import browse
from app.services.bans import count_banned_in, families_of
from app.services.tile_page import tile_page
from app.services.tune_mosaic import cell_of
from app.web.owner import owner_id
from app.web.parts import database, parts
from app.web.tuned_look import options_of

# As many as a glance takes in; all of them count.
SHOWN = 24

blueprint = Blueprint("cells", __name__)


@dataclass(frozen=True)
class Chosen:
    """A cell: the choice that shows there, all choices, and what is known of its tile. `wrong` : why there are none."""

    cell: Cell
    pinned: bool
    shown: dict[str, Any] | None = None
    choices: tuple[dict[str, Any], ...] = ()
    name: str = ""
    at: str | None = None
    wrong: str = ""

    @property
    def written(self) -> str:
        """As buttons say it."""
        return self.cell.written


@blueprint.get("/mosaics/<uuid:mosaic_id>/cell")
def panel(mosaic_id: UUID) -> str:
    """The panel alone, for the settings in the address."""
    return _panel(mosaic_id)


# Two thousand pins are more than an address holds.
@blueprint.post("/mosaics/<uuid:mosaic_id>/cell")
def panel_sent(mosaic_id: UUID) -> str:
    """The same for settings that were sent. Nothing is stored."""
    return _panel(mosaic_id)


def _panel(mosaic_id: UUID) -> str:
    mosaic = browse.mosaic_for(database(), owner_id(), mosaic_id)
    options = options_of(mosaic, request.values)
    return render_template(
        "mosaics/cell.html", **decided(mosaic, options, cell_in(request.values.get("cell", "")))
    )


def decided(mosaic: Mosaic, options: MosaicOptions, cell: Cell | None) -> dict[str, Any]:
    """What `mosaics/cell.html` needs."""
    session, tile_set = database(), mosaic.tile_set
    named = {*options.bans[:SHOWN], *(pin.tile for pin in options.pins[:SHOWN])}
    there = families_of(session, tile_set.id, named) if tile_set and named else {}
    return {
        "mosaic": mosaic,
        "options": options,
        "chosen": _chosen(mosaic, options, cell) if cell else None,
        "shown_most": SHOWN,
        "gone": named - set(there),
        "may_ban": tile_set is not None and browse.is_mine(tile_set, owner_id()),
        "banned_in_set": count_banned_in(session, tile_set.id) if tile_set else 0,
    }


def _chosen(mosaic: Mosaic, options: MosaicOptions, cell: Cell) -> Chosen:
    pinned = any(pin.cell == cell for pin in options.pins)
    try:
        found = cell_of(database(), parts().tuner, mosaic, options=options, cell=cell)
    except BadInput as mistake:
        return Chosen(cell, pinned, wrong=mistake.sentence)
    shown = found["choices"][found["shown"]]
    assert mosaic.tile_set_id  # noqa: S101 - else there would be no answer
    tile = tile_page(database(), owner_id(), mosaic.tile_set_id, shown["tile"]).tile
    at = None if tile.time_ms is None else time_code(tile.time_ms)
    return Chosen(cell, pinned, shown, tuple(found["choices"]), tile.name, at)
