"""Files made of a mosaic: PNG, TIFF, print PDF, film, plan."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from werkzeug.wrappers import Response

from app.domain.print_layout import lay_out
from app.domain.print_options import PrintOptions
from app.domain.scopes import Scope
from app.domain.takeaways import Wanted
from app.models import Mosaic
from app.services import browse
from app.services.delete_takeaway import delete_takeaway
from app.web.api import show
from app.web.api.bodies import text_of
from app.web.api.operations import operation
from app.web.api.schemas import FILE_KIND, FILE_TILE_PX, PRINT, sent
from app.web.owner import owner_id
from app.web.parts import database, parts
from app.web.take_away import have_made, send_file_of

TAG = "Files"


@operation(
    *("POST", "/mosaics/<uuid:mosaic_id>/takeaways"),
    scope=Scope.MAKE,
    tag=TAG,
    says="Have a file made of a finished mosaic; the same wish again gives the same file",
    more="Follow its job. `cell_px`, the side of a tile, is read for png and tiff, `print` for pdf; what is left out is as on the page.",
    body=sent("kind", kind=FILE_KIND, cell_px=FILE_TILE_PX, print=sent(**PRINT)),
    gives=(202, "Takeaway"),
    once=True,
)
def add_takeaway(mosaic_id: UUID, body: dict[str, Any]) -> dict[str, Any]:
    mosaic = _mosaic(mosaic_id)
    chosen = {**body.get("print", {}), "kind": body["kind"], "cell_px": body.get("cell_px")}
    wanted = Wanted.parse({name: text_of(value) for name, value in chosen.items()})
    return show.takeaway(have_made(mosaic, wanted))


@operation(
    *("POST", "/mosaics/<uuid:mosaic_id>/print"),
    scope=Scope.READ,
    tag=TAG,
    says="How a print would come out: sheets, sizes, what is cut off, and a warning before paper is spent",
    more="Nothing is made. What is left out is as on the page.",
    body=sent(**PRINT),
    gives=(200, "Layout"),
)
def print_layout(mosaic_id: UUID, body: dict[str, Any]) -> dict[str, Any]:
    mosaic = _mosaic(mosaic_id)
    options = PrintOptions.parse({name: text_of(value) for name, value in body.items()})
    return show.layout(options, lay_out(options, mosaic.cols, mosaic.rows))


@operation(
    *("GET", "/mosaics/<uuid:mosaic_id>/takeaways"),
    scope=Scope.READ,
    tag=TAG,
    says="The files you had made of a mosaic, newest first, all at once",
    gives=(200, "Takeaways"),
)
def takeaways(mosaic_id: UUID) -> dict[str, Any]:
    found = browse.takeaways_of(database(), owner_id(), _mosaic(mosaic_id))
    return {"items": [show.takeaway(row) for row in found], "next": None}


@operation(
    *("GET", "/takeaways/<uuid:takeaway_id>"),
    scope=Scope.READ,
    tag=TAG,
    says="One of these files: what was asked for, and its job",
    gives=(200, "Takeaway"),
)
def takeaway(takeaway_id: UUID) -> dict[str, Any]:
    return show.takeaway(browse.takeaway_for(database(), owner_id(), takeaway_id))


@operation(
    *("GET", "/takeaways/<uuid:takeaway_id>/file"),
    scope=Scope.READ,
    tag=TAG,
    says="The file, once its job has succeeded; a download that broke goes on by Range",
    gives=(200, "*/*"),
    may=(206, 416),
)
def takeaway_file(takeaway_id: UUID) -> Response:
    return send_file_of(takeaway_id)


@operation(
    *("DELETE", "/takeaways/<uuid:takeaway_id>"),
    scope=Scope.MAKE,
    tag=TAG,
    says="Delete such a file, or end its making",
    gives=(204, None),
)
def remove_takeaway(takeaway_id: UUID) -> None:
    delete_takeaway(database(), parts().storage, owner_id=owner_id(), takeaway_id=takeaway_id)


def _mosaic(mosaic_id: UUID) -> Mosaic:
    return browse.mosaic_for(database(), owner_id(), mosaic_id)
