"""Whose pictures a mosaic is made of: a page, plain text, a table."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, render_template, request

from app.domain.credits import Credits, as_table, as_text
from app.models import Mosaic
from app.services import browse
from app.services.credits import credits_of
from app.web.file_names import file_name
from app.web.files import attachment
from app.web.owner import owner_id
from app.web.parts import database, parts
from app.web.words import title_of

blueprint = Blueprint("credits", __name__)


@blueprint.get("/mosaics/<uuid:mosaic_id>/credits")
def page(mosaic_id: UUID) -> str:
    """To be read."""
    mosaic, given = _credits(mosaic_id)
    return render_template("take_away/credits.html", mosaic=mosaic, credits=given)


@blueprint.get("/mosaics/<uuid:mosaic_id>/credits.txt")
def text(mosaic_id: UUID) -> Response:
    """To be pasted."""
    mosaic, given = _credits(mosaic_id)
    return _file(as_text(given), "text/plain", f"{file_name(mosaic)}-credits.txt")


@blueprint.get("/mosaics/<uuid:mosaic_id>/credits.csv")
def table(mosaic_id: UUID) -> Response:
    """To be counted."""
    mosaic, given = _credits(mosaic_id)
    return _file(as_table(given), "text/csv", f"{file_name(mosaic)}-credits.csv")


def _credits(mosaic_id: UUID) -> tuple[Mosaic, Credits]:
    owner = owner_id()
    mosaic = browse.mosaic_for(database(), owner, mosaic_id)
    title = title_of(mosaic.photo.name)
    return mosaic, credits_of(database(), parts().storage, mosaic, owner_id=owner, title=title)


def _file(body: str, mimetype: str, name: str) -> Response:
    response = Response(body, mimetype=mimetype)
    response.headers["Content-Disposition"] = attachment(name)
    response.add_etag()
    response.make_conditional(request, accept_ranges=True, complete_length=len(body.encode()))
    return response
