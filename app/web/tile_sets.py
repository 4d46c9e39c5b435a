"""Tile sets: the list, one set's wall, adding pictures, deletion."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.domain import limits
from app.domain.errors import BadInput, PersonError
from app.models import TileSet
from app.services import browse
from app.services.add_pictures import add_pictures
from app.services.create_tile_set import create_tile_set
from app.services.delete_tile_set import delete_tile_set
from app.services.interrupted import open_upload_of
from app.services.wall import has_times
from app.web.banned import banned_shown
from app.web.coverage import coverage_of
from app.web.cutting import cutting_shown
from app.web.errors import refused
from app.web.fields import chosen_files, idempotency_key, new_form_key, size_of, stream_of
from app.web.owner import owner_id
from app.web.parts import database, parts
from app.web.rates import allow_upload
from app.web.sources import source_cards
from app.web.tile_wall import wall_of

blueprint = Blueprint("tiles", __name__)


@blueprint.get("/tiles")
def listing() -> str:
    """The owner's own, then the shared ones, and a form for a new one."""
    return _listing_page()


@blueprint.post("/tiles")
def create() -> Response:
    """Create an empty set and go to it."""
    name = request.form.get("name", "")
    try:
        tile_set = create_tile_set(database(), owner_id=owner_id(), name=name)
    except BadInput as mistake:
        return make_response(
            _listing_page(name=name, mistakes={"name": mistake.sentence}), mistake.status
        )
    return _to(tile_set.id)


@blueprint.get("/tiles/<uuid:tile_set_id>")
def page(tile_set_id: UUID) -> str:
    """The wall of tiles, what is being read, what was refused and why."""
    return set_page(browse.tile_set_for(database(), owner_id(), tile_set_id))


@blueprint.post("/tiles/<uuid:tile_set_id>")
def add(tile_set_id: UUID) -> Response:
    """Take pictures or zips in; a worker reads them."""
    session, owner = database(), owner_id()
    tile_set = browse.tile_set_for(session, owner, tile_set_id, mine=True)
    files = [(file.filename or "", stream_of(file)) for file in chosen_files("files")]
    sizes = [(name, size_of(stream)) for name, stream in files]
    try:
        allow_upload()
        add_pictures(
            session,
            parts().storage,
            parts().doorbell,
            owner_id=owner,
            tile_set_id=tile_set_id,
            files=files,
            idempotency_key=idempotency_key(tile_set_id, sizes),
        )
    except PersonError as mistake:
        if mistake.field is None:
            raise
        page = set_page(tile_set, mistakes={mistake.field: mistake.sentence})
        return refused(make_response(page), mistake)
    return _to(tile_set_id)


@blueprint.get("/tiles/<uuid:tile_set_id>/delete")
def delete_page(tile_set_id: UUID) -> str:
    """Ask first."""
    tile_set = browse.tile_set_for(database(), owner_id(), tile_set_id, mine=True)
    return render_template(
        "confirm.html",
        question=f"Delete “{tile_set.name}”?",
        consequence=f"Its {tile_set.tile_count:,} tiles are removed for good. Mosaics made with it stay.",
        verb="Delete it",
        picture=_strip(tile_set) if tile_set.strip_key else None,
        back=url_for("tiles.page", tile_set_id=tile_set.id),
    )


def _strip(tile_set: TileSet) -> dict[str, object]:
    src = url_for("pictures.strip", tile_set_id=tile_set.id, g=tile_set.generation)
    return {"src": src, "width": 1152, "height": 96}


@blueprint.post("/tiles/<uuid:tile_set_id>/delete")
def delete(tile_set_id: UUID) -> Response:
    """Delete and go to the list."""
    delete_tile_set(database(), parts().storage, owner_id=owner_id(), tile_set_id=tile_set_id)
    return redirect(url_for("tiles.listing"), 303)


def _listing_page(*, name: str = "", mistakes: Mapping[str, str] | None = None) -> str:
    owner = owner_id()
    tile_sets = browse.tile_sets_of(database(), owner)
    return render_template(
        "tiles/listing.html",
        tile_sets=tile_sets,
        has_own=any(tile_set.owner_id == owner for tile_set in tile_sets),
        name=name,
        mistakes=mistakes or {},
        limits=limits,
    )


def set_page(
    tile_set: TileSet, *, name: str | None = None, mistakes: Mapping[str, str] | None = None
) -> str:
    """The page of a set that the caller has already looked up. `name` is what was typed for a new one."""
    session = database()
    cards = source_cards(session, tile_set)
    watched = tile_set.owner_id in {owner_id(), limits.SYSTEM_OWNER}
    wall = wall_of(session, tile_set)
    return render_template(
        "tiles/page.html",
        tile_set=tile_set,
        running=[card for card in cards if not card.progress.state.is_over and watched],
        finished=[card for card in cards if card.progress.state.is_over],
        wall=wall,
        to_script="HX-Request" in request.headers,
        pages=wall.pages,
        choosing="choose" in request.args,
        has_times=has_times(session, tile_set),
        coverage=coverage_of(tile_set),
        **banned_shown(tile_set),
        mine=browse.is_mine(tile_set, owner_id()),
        interrupted=open_upload_of(session, tile_set),
        cutting=cutting_shown(tile_set),
        form_key=new_form_key(),
        name=name,
        mistakes={**wall.filters.mistakes, **(mistakes or {})},
        limits=limits,
    )


def _to(tile_set_id: UUID) -> Response:
    return redirect(url_for("tiles.page", tile_set_id=tile_set_id), 303)
