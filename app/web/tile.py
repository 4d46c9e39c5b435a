"""One tile of a set, large, with what is known of it."""

from __future__ import annotations

import time
from uuid import UUID

from flask import Blueprint, Response, render_template, request

from app.domain.colors import Lab, name_of, rgb_of
from app.domain.errors import ServiceDown
from app.domain.timecodes import time_code
from app.models import Clip, Still
from app.services import browse
from app.services.bans import banned_in
from app.services.film_frame import CLIP, STILL, Sight, ask_for_frame, look_for_frame
from app.services.tile_page import tile_page
from app.web.files import FOR_GOOD, send_object
from app.web.owner import owner_id
from app.web.parts import database, parts
from app.web.wanted import Filters

# A film of gigabytes has to come out of a bucket first; then a frame takes a second. The browser shows that it waits.
WAIT_SECONDS = 25.0
LOOK_SECONDS = 0.1

blueprint = Blueprint("tile", __name__)


@blueprint.get("/tiles/<uuid:tile_set_id>/t/<int:number>")
def page(tile_set_id: UUID, number: int) -> str:
    """The picture, its file's name, and for a film where in it that was."""
    found = tile_page(database(), owner_id(), tile_set_id, number)
    args = Filters.asked().args
    if request.args.get("page", 1, type=int) > 1:
        args["page"] = request.args["page"]
    return render_template(
        "tiles/tile.html",
        view=found,
        color=hex_of(found.lab) if found.lab else None,
        color_name=name_of(found.lab) if found.lab else None,
        at=time_code(found.tile.time_ms) if found.tile.time_ms is not None else None,
        args=args,
        mine=browse.is_mine(found.tile_set, owner_id()),
        banned=number in banned_in(database(), tile_set_id),
    )


@blueprint.get("/tiles/<uuid:tile_set_id>/t/<int:number>/frame.jpg")
def frame(tile_set_id: UUID, number: int) -> Response:
    """The frame of the film that a tile was cut from. The first time a worker has to cut it out."""
    still = _wait_for(STILL, tile_set_id, number)
    return send_object(parts().storage, still.key, "image/jpeg", cache=FOR_GOOD)


@blueprint.get("/tiles/<uuid:tile_set_id>/t/<int:number>/clip")
def clip(tile_set_id: UUID, number: int) -> Response:
    """The seconds of the film around a tile, to play. The first time a worker has to cut them out."""
    found = _wait_for(CLIP, tile_set_id, number)
    content_type = found.content_type if isinstance(found, Clip) else ""
    return send_object(parts().storage, found.key, content_type, cache=FOR_GOOD)


def _wait_for(sight: Sight, tile_set_id: UUID, number: int) -> Still | Clip:
    session = database()
    asked = ask_for_frame(
        session,
        parts().doorbell,
        owner_id=owner_id(),
        tile_set_id=tile_set_id,
        number=number,
        sight=sight,
    )
    until = time.monotonic() + WAIT_SECONDS
    while (found := look_for_frame(session, asked)) is None:
        if time.monotonic() > until:
            raise ServiceDown("no worker has shown the film yet")
        time.sleep(LOOK_SECONDS)
    return found


def hex_of(color: Lab) -> str:
    """For a style sheet or a colour field; a colour that no screen shows as the grey of its lightness."""
    return "#{:02x}{:02x}{:02x}".format(*(rgb_of(color) or rgb_of((color[0], 0, 0)) or (0, 0, 0)))
