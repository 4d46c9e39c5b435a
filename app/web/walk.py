"""Walking into a mosaic: the squares of its picture, and the page of one of its cells."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, render_template, request

from app.domain.timecodes import time_code
from app.services import browse
from app.services.walk_in import cell_of, square_of
from app.web.files import ASK_FIRST, FOR_GOOD
from app.web.owner import owner_id
from app.web.parts import database, parts
from app.web.words import short_hash

blueprint = Blueprint("walk", __name__)


@blueprint.get("/mosaics/<uuid:mosaic_id>/zoom/<int:level>/<int:column>_<int:row>.jpg")
def square(mosaic_id: UUID, level: int, column: int, row: int) -> Response:
    """512 px of the picture at one of its sizes. Under an address with its version it is fetched once."""
    mosaic = browse.mosaic_for(database(), owner_id(), mosaic_id)
    body = square_of(parts().storage, mosaic, level, column, row)
    named = mosaic.zoom_key and request.args.get("v") == short_hash(mosaic.zoom_key)
    caching = {"Cache-Control": FOR_GOOD if named else ASK_FIRST}
    return Response(body, mimetype="image/jpeg", headers=caching)


@blueprint.get("/mosaics/<uuid:mosaic_id>/cells/<int:cell>")
def cell(mosaic_id: UUID, cell: int) -> str:
    """The tile of a cell: where it is from, how well it matches, where else it lies."""
    owner = owner_id()
    mosaic = browse.mosaic_for(database(), owner, mosaic_id)
    view = cell_of(database(), parts().storage, mosaic, owner_id=owner, cell=cell)
    time_ms = view.tile.tile.time_ms if view.tile else None
    return render_template(
        "mosaics/laid.html",
        mosaic=mosaic,
        view=view,
        at=None if time_ms is None else time_code(time_ms),
    )
