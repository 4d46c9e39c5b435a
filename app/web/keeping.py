"""Looking after a set: another name, tiles or a source taken out. Each removal is asked for twice."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.domain.errors import BadInput
from app.domain.numbers import numbers_in, runs_of, words_of
from app.models import TileSet
from app.services import browse
from app.services.change_cutting import change_cutting
from app.services.remove_tiles import remove_source, remove_tiles, source_in
from app.services.rename_tile_set import rename_tile_set
from app.web.owner import owner_id
from app.web.parts import database, parts
from app.web.tile_sets import set_page

# One form may name so many; a source goes whole, however large it is.
MOST = 250_000
# As many as are known again at a glance.
PICTURES = 24
STAYS = "Mosaics that were made before stay as they are."

blueprint = Blueprint("keeping", __name__)


@blueprint.post("/tiles/<uuid:tile_set_id>/name")
def rename(tile_set_id: UUID) -> Response:
    """Give the set another name."""
    session, owner = database(), owner_id()
    tile_set = browse.tile_set_for(session, owner, tile_set_id, mine=True)
    name = request.form.get("name", "")
    try:
        rename_tile_set(session, owner_id=owner, tile_set_id=tile_set_id, name=name)
    except BadInput as mistake:
        page = set_page(tile_set, name=name, mistakes={"name": mistake.sentence})
        return make_response(page, mistake.status)
    return _to_set(tile_set_id)


@blueprint.post("/tiles/<uuid:tile_set_id>/cutting")
def cutting(tile_set_id: UUID) -> Response:
    """Say how pictures and films are cut that are added from now on."""
    session, owner = database(), owner_id()
    tile_set = browse.tile_set_for(session, owner, tile_set_id, mine=True)
    try:
        change_cutting(session, owner_id=owner, tile_set_id=tile_set_id, texts=request.form)
    except BadInput as mistake:
        if mistake.field is None:
            raise
        page = set_page(tile_set, mistakes={mistake.field: mistake.sentence})
        return make_response(page, mistake.status)
    return _to_set(tile_set_id)


@blueprint.post("/tiles/<uuid:tile_set_id>/remove")
def remove(tile_set_id: UUID) -> Response:
    """Ask, and once that was answered remove the tiles: of `tile` fields, one each, or of `tiles`, many in one."""
    session, owner = database(), owner_id()
    tile_set = browse.tile_set_for(session, owner, tile_set_id, mine=True)
    words = ",".join([*request.form.getlist("tile"), request.form.get("tiles", "")])
    numbers = numbers_in(words, most=MOST)
    if request.form.get("sure"):
        remove_tiles(
            session,
            parts().storage,
            parts().doorbell,
            owner_id=owner,
            tile_set_id=tile_set_id,
            numbers=numbers,
        )
        return _to_set(tile_set_id)
    return make_response(_ask(tile_set, sorted(set(numbers))))


@blueprint.get("/tiles/<uuid:tile_set_id>/sources/<uuid:source_id>/remove")
def remove_source_page(tile_set_id: UUID, source_id: UUID) -> str:
    """Ask first."""
    session = database()
    tile_set = browse.tile_set_for(session, owner_id(), tile_set_id, mine=True)
    source = source_in(session, tile_set, source_id)
    tiles = browse.count_tiles_of(session, source)
    return render_template(
        "confirm.html",
        question=f"Remove “{source.name}”?",
        consequence=f"All that came with it, {tiles:,} {'tile' if tiles == 1 else 'tiles'}, is taken out of "
        f"“{tile_set.name}” for good. {STAYS}",
        verb="Remove it",
        back=url_for("tiles.page", tile_set_id=tile_set_id),
    )


@blueprint.post("/tiles/<uuid:tile_set_id>/sources/<uuid:source_id>/remove")
def remove_whole_source(tile_set_id: UUID, source_id: UUID) -> Response:
    """Remove it and go back to the set."""
    remove_source(
        database(),
        parts().storage,
        parts().doorbell,
        owner_id=owner_id(),
        tile_set_id=tile_set_id,
        source_id=source_id,
    )
    return _to_set(tile_set_id)


def _ask(tile_set: TileSet, numbers: Sequence[int]) -> str:
    one = len(numbers) == 1
    shown = numbers[:PICTURES]
    return render_template(
        "confirm.html",
        question="Remove this tile?" if one else f"Remove these {len(numbers):,} tiles?",
        consequence=f"Out of “{tile_set.name}”, for good. {STAYS}",
        verb="Remove it" if one else "Remove them",
        keep="Keep it" if one else "Keep them",
        pictures=[
            url_for("pictures.tile", tile_set_id=tile_set.id, number=number) for number in shown
        ],
        fields={"tiles": words_of(runs_of(numbers)), "sure": "yes"},
        back=url_for("tiles.page", tile_set_id=tile_set.id),
    )


def _to_set(tile_set_id: UUID) -> Response:
    return redirect(url_for("tiles.page", tile_set_id=tile_set_id), 303)
