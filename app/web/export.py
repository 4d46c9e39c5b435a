"""A set to take away."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response

from app.services import browse
from app.services.export_tiles import export_tiles
from app.web.files import attachment
from app.web.owner import owner_id
from app.web.parts import database, parts

blueprint = Blueprint("export", __name__)


@blueprint.get("/tiles/<uuid:tile_set_id>/tiles.zip")
def tiles(tile_set_id: UUID) -> Response:
    """All tiles, and a table of them."""
    tile_set = browse.tile_set_for(database(), owner_id(), tile_set_id)
    body = export_tiles(parts().sessions, parts().storage, tile_set.id)
    response = Response(body, mimetype="application/zip")
    response.headers["Content-Disposition"] = attachment(f"{tile_set.name}-tiles.zip")
    response.headers["X-Accel-Buffering"] = "no"  # nginx would fill its disk with it
    return response
