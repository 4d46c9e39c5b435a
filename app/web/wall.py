"""What the wall of a set is made of: numbers, sheets, and bundles of single tiles."""

from __future__ import annotations

import struct
from uuid import UUID

from flask import Blueprint, Response, jsonify, request

from app.domain.numbers import numbers_in
from app.domain.sheets import SHEET_TILES
from app.services import browse, wall
from app.services.tile_bytes import jpegs, places_of
from app.web.files import ASK_FIRST, FOR_GOOD
from app.web.owner import owner_id
from app.web.parts import database, parts
from app.web.tile_wall import wall_json
from app.web.wanted import Filters
from app.web.words import short_hash

# Before each JPEG of a bundle: the tile's number, and the length of the JPEG.
HEAD = struct.Struct(">II")

blueprint = Blueprint("wall", __name__)


@blueprint.get("/tiles/<uuid:tile_set_id>/wall.json")
def numbers(tile_set_id: UUID) -> Response:
    """Which tiles, in which order, and which sheets are drawn."""
    session = database()
    tile_set = browse.tile_set_for(session, owner_id(), tile_set_id)
    runs = wall.runs_on(session, tile_set, Filters.asked().wanted)
    return jsonify(wall_json(runs, wall.sheets_of(session, tile_set)))


@blueprint.get("/tiles/<uuid:tile_set_id>/sheets/<int:sheet>.jpg")
def sheet(tile_set_id: UUID, sheet: int) -> Response:
    """256 tiles drawn small. Under an address with its version it is fetched once."""
    drawn = wall.sheet_for(database(), owner_id(), tile_set_id, sheet)
    body = parts().storage.range(drawn.key, drawn.offset, drawn.length)
    named = request.args.get("v") == short_hash(drawn.key)
    caching = {"Cache-Control": FOR_GOOD if named else ASK_FIRST}
    return Response(body, mimetype="image/jpeg", headers=caching)


@blueprint.get("/tiles/<uuid:tile_set_id>/few")
def few(tile_set_id: UUID) -> Response:
    """Up to 256 tiles from anywhere, end to end: for walls in the order of a colour, and before sheets are drawn."""
    session = database()
    tile_set = browse.tile_set_for(session, owner_id(), tile_set_id)
    wanted = numbers_in(request.args.get("n", "0"), most=SHEET_TILES)
    places = places_of(session, tile_set.id, wanted)
    body = b"".join(
        HEAD.pack(place.number, place.length) + jpeg
        for place, jpeg in jpegs(parts().storage, places)
    )
    return Response(body, mimetype="application/octet-stream", headers={"Cache-Control": FOR_GOOD})
