"""The first page: photo, tile set, look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from uuid import UUID

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from app.domain import limits
from app.domain.errors import BadInput, NotFound
from app.domain.grid import GridSize, grid_size
from app.domain.options import MATCHERS, PLACEMENTS, MosaicOptions
from app.domain.states import JobState
from app.models import Mosaic, Photo, TileSet
from app.services import browse
from app.web.fields import uuid_in
from app.web.make_form import MakeForm
from app.web.owner import owner_id
from app.web.parts import database
from app.web.preflight import preflight_of, subject_of

EDITS_STAY = (
    "Tiles that were banned or pinned in that mosaic are left out here, because photo, tile set and cells can change. "
    "To keep them, go back to it and choose “Tune it live”."
)
# As many as the style sheet can show in the well without a script.
PHOTOS_OFFERED = 6
SET_GONE = "The tile set of that mosaic was deleted. Its photo and settings are here; choose another tile set."

blueprint = Blueprint("make", __name__)


@blueprint.get("/")
def page() -> str:
    """Empty, or with the settings of a mosaic (`from`) or a tile set (`tiles`) chosen."""
    session, owner = database(), owner_id()
    form, notice = MakeForm(), None
    if mosaic_id := uuid_in(request.args.get("from")):
        mosaic = browse.mosaic_for(session, owner, mosaic_id)
        form = MakeForm.of(mosaic)
        notice = _notice(mosaic)
    if tile_set_id := uuid_in(request.args.get("tiles")):
        form = replace(form, tile_set=browse.tile_set_for(session, owner, tile_set_id).id)
    return make_page(form, notice=notice)


def make_page(
    form: MakeForm,
    *,
    notice: str | None = None,
    mistakes: Mapping[str, str] | None = None,
    count: bool = False,
) -> str:
    """Render the form with everything that can be chosen. `count`: a worker is asked how often tiles will repeat."""
    session, owner = database(), owner_id()
    photos = _photos(session, owner, form.photo_id)
    tile_sets = browse.tile_sets_of(session, owner)
    form = replace(
        form, photo_id=_chosen_photo(form, photos), tile_set=_chosen_set(form, tile_sets)
    )
    options = _options(form)
    shown = subject_of(form, options) if options and count else ""
    return render_template(
        "make.html",
        form=form,
        notice=notice,
        mistakes=mistakes or {},
        photos=photos,
        tile_sets=tile_sets,
        grid=_grid(next((p for p in photos if p.id == form.photo_id), None), options),
        preflight=options and preflight_of(session, owner, form, options, shown=shown),
        example=browse.example_mosaic(session),
        matchers=MATCHERS,
        placements=PLACEMENTS,
        limits=limits,
        system_owner=limits.SYSTEM_OWNER,
    )


def _notice(mosaic: Mosaic) -> str | None:
    """What to know before changing it: that its set is gone, or why it could not be made."""
    if mosaic.tile_set_id is None:
        return SET_GONE
    if mosaic.job.state == JobState.FAILED:
        return mosaic.job.error
    return EDITS_STAY if mosaic.bans or mosaic.pins else None


def _photos(session: Session, owner: UUID, chosen: UUID | None) -> list[Photo]:
    """The chosen one first, then those that come with Tessera."""
    photos = list(browse.sample_photos(session))
    if chosen is not None and chosen not in {photo.id for photo in photos}:
        try:
            photos.insert(0, browse.photo_for(session, owner, chosen))
        except NotFound:
            return photos[:PHOTOS_OFFERED]
    return photos[:PHOTOS_OFFERED]


def _chosen_photo(form: MakeForm, photos: Sequence[Photo]) -> UUID | None:
    """Something is always chosen, so that a first visitor can press the button at once."""
    offered = [photo.id for photo in photos]
    return form.photo_id if form.photo_id in offered else next(iter(offered), None)


def _chosen_set(form: MakeForm, tile_sets: Sequence[TileSet]) -> UUID | None:
    usable = [tile_set.id for tile_set in tile_sets if tile_set.tile_count]
    return form.tile_set if form.tile_set in usable else next(iter(usable), None)


def _grid(photo: Photo | None, options: MosaicOptions | None) -> GridSize | None:
    if photo is None or options is None:
        return None
    try:
        return grid_size(photo.width, photo.height, options.cells_across)
    except BadInput:
        return None


def _options(form: MakeForm) -> MosaicOptions | None:
    """As the fields stand; None where cells across are such that no grid follows."""
    for asked in (tuple(form.look), ("penalty", "matcher", "cells_across")):
        with suppress(BadInput):
            return MosaicOptions.parse(**{name: form.look[name] for name in asked})
    return None
