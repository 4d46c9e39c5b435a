"""Tiles of a set that nothing shows which is made of it: ban them, and allow them again."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response

from app.domain.limits import SET_BANS_MAX
from app.domain.numbers import numbers_in
from app.services import browse
from app.services.ban_tiles import allow_tiles, ban_tiles
from app.web.fields import for_script
from app.web.owner import owner_id
from app.web.parts import database

blueprint = Blueprint("bans", __name__)


@blueprint.post("/tiles/<uuid:tile_set_id>/bans")
def ban(tile_set_id: UUID) -> Response:
    """Ban the tiles in the `tile` fields: a number, or several as `3,7-9`."""
    numbers = _asked(tile_set_id)
    ban_tiles(database(), owner_id=owner_id(), tile_set_id=tile_set_id, numbers=numbers)
    return _to_set(tile_set_id)


@blueprint.post("/tiles/<uuid:tile_set_id>/bans/allow")
def allow(tile_set_id: UUID) -> Response:
    """Allow them again."""
    numbers = _asked(tile_set_id)
    allow_tiles(database(), owner_id=owner_id(), tile_set_id=tile_set_id, numbers=numbers)
    return _to_set(tile_set_id)


def _asked(tile_set_id: UUID) -> list[int]:
    browse.tile_set_for(database(), owner_id(), tile_set_id, mine=True)
    return numbers_in(",".join(request.form.getlist("tile")), most=SET_BANS_MAX)


def _to_set(tile_set_id: UUID) -> Response:
    if for_script():
        return jsonify()
    return redirect(url_for("tiles.page", tile_set_id=tile_set_id, _anchor="banned"), 303)
