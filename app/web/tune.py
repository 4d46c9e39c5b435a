"""The page on which a mosaic changes under the hand, and what it asks for at every move."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.domain import limits
from app.domain.acts import after, banned_everywhere
from app.domain.edits import Cell, cell_in
from app.domain.options import MATCHERS, PLACEMENTS, READERS, MosaicOptions
from app.domain.states import JobState
from app.models import Mosaic
from app.services import browse
from app.services.ban_tiles import ban_tiles
from app.services.progress import progress_of
from app.services.tune_mosaic import curve_of, tune_mosaic
from app.web.cells import decided
from app.web.crop import shape
from app.web.kept import kept_of
from app.web.owner import owner_id
from app.web.parts import database, parts
from app.web.pictures import JPEG
from app.web.tuned_look import options_of
from app.web.words import apart, n, times

FIGURES = "Tessera-Figures"
POINT = "Tessera-Point"
SHARP, BARE = "sharp", "bare"
# Servers refuse a first line of more than 4,094 bytes.
ADDRESS_MAX = 3_000

blueprint = Blueprint("tune", __name__)


@dataclass(frozen=True)
class Mark:
    """A place on the slider worth knowing: what one of the scripts before Tessera would have made."""

    title: str
    sentence: str
    look: MosaicOptions

    @property
    def written(self) -> dict[str, str]:
        """What it says; what was decided tile by tile stays."""
        return {k: v for k, v in self.look.written().items() if k not in {"bans", "pins"}}


_PLAIN = MosaicOptions(placement="greedy", mirrors=False, shift=0.0, families=False)
MARKS = (
    Mark(
        "The first script",
        "Every pixel of every tile, and no penalty.",
        replace(_PLAIN, matcher="exhaustive", penalty=0.0),
    ),
    Mark(
        "The KD-tree script",
        "The nearest in colour, a penalty of 0.15.",
        replace(_PLAIN, matcher="classic", penalty=0.15),
    ),
)


@blueprint.get("/mosaics/<uuid:mosaic_id>/tune")
def page(mosaic_id: UUID) -> AnyResponse | str:
    """Picture, slider and figures, as the mosaic was made or as the address says.

    Before it is made there is nothing to tune, and its own page says so.
    """
    mosaic = browse.mosaic_for(database(), owner_id(), mosaic_id)
    if mosaic.job.state != JobState.SUCCEEDED or mosaic.tile_set_id is None:
        return redirect(url_for("mosaics.page", mosaic_id=mosaic.id))
    return _page(mosaic, options_of(mosaic, request.args), cell_in(request.args.get("cell", "")))


@blueprint.post("/mosaics/<uuid:mosaic_id>/tune")
def page_sent(mosaic_id: UUID) -> AnyResponse | str:
    """Without a script: the page for the settings that were sent, after the button that was pressed. No mosaic changes.

    A button may ban a tile in the whole set; then the set keeps that.
    """
    mosaic = browse.mosaic_for(database(), owner_id(), mosaic_id)
    options = options_of(mosaic, {name: request.form.get(name, "") for name in READERS})
    if mosaic.job.state != JobState.SUCCEEDED or mosaic.tile_set_id is None:
        return redirect(url_for("mosaics.page", mosaic_id=mosaic.id))
    if act := request.form.get("act"):
        options = after(options, act)
        if (tile := banned_everywhere(act)) is not None:
            ban_tiles(
                database(), owner_id=owner_id(), tile_set_id=mosaic.tile_set_id, numbers=[tile]
            )
    return _page(mosaic, options, _cell_sent(), sent=True)


def _cell_sent() -> Cell | None:
    """The cell whose panel was open, or the one that was typed, counted from 1."""
    typed = [request.form.get(name, 0, type=int) - 1 for name in ("across", "down")]
    return Cell(*typed) if min(typed) >= 0 else cell_in(request.form.get("cell", ""))


def _page(mosaic: Mosaic, options: MosaicOptions, cell: Cell | None, *, sent: bool = False) -> str:
    look = options.written()
    kept = kept_of(mosaic)
    shown = next((version for version in kept["versions"] if version.look == look), None)
    figures = shown.figures if shown else mosaic.receipt or {}
    renders = browse.renders_of(database(), owner_id(), mosaic)
    return render_template(
        "mosaics/tune.html",
        shape=shape(mosaic),
        look=look,
        penalty=float(look["penalty"]),
        shown=shown,
        live_look=look if sent and len(urlencode(look)) < ADDRESS_MAX else None,
        figures=_words(figures),
        point=_point(figures),
        **(kept | decided(mosaic, options, cell)),
        renders=[(render, progress_of(render.job)) for render in renders],
        limits=limits,
        matchers=MATCHERS,
        placements=PLACEMENTS,
        marks=MARKS,
    )


@blueprint.get("/mosaics/<uuid:mosaic_id>/live.jpg")
def live(mosaic_id: UUID) -> Response:
    """The mosaic as it would be: a picture, and its figures in a header. A wrong field gets its sentence."""
    return _live(mosaic_id, request.args)


@blueprint.post("/mosaics/<uuid:mosaic_id>/live.jpg")
def live_sent(mosaic_id: UUID) -> Response:
    """The same for settings that are longer than an address may be. Nothing is stored."""
    return _live(mosaic_id, request.form)


def _live(mosaic_id: UUID, sent: Mapping[str, str]) -> Response:
    mosaic = browse.mosaic_for(database(), owner_id(), mosaic_id)
    tuned = tune_mosaic(
        database(),
        parts().tuner,
        mosaic,
        options=options_of(mosaic, sent),
        sharp=bool(sent.get(SHARP)),
        bare=bool(sent.get(BARE)),
    )
    response = Response(tuned.picture, mimetype=JPEG)
    response.headers[FIGURES] = json.dumps(_words(tuned.figures))
    response.headers[POINT] = json.dumps(_point(tuned.figures))
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/mosaics/<uuid:mosaic_id>/curve.json")
def curve(mosaic_id: UUID) -> Response:
    """What other places of the slider would give, in figures."""
    mosaic = browse.mosaic_for(database(), owner_id(), mosaic_id)
    options = options_of(mosaic, request.args)
    return jsonify(points=curve_of(database(), parts().tuner, mosaic, options=options))


def _words(receipt: Mapping[str, Any]) -> dict[str, str]:
    """A receipt as people read it; of one from before some figures were taken, those it has."""
    said = {
        "ssim_mean": lambda value: f"{value:.2f}",
        "far_color_error": lambda value: f"{value:.1f}",
        "distinct": n,
        "most_used_times": times,
        "nearest_twin": apart,
    }
    return {name: say(receipt[name]) for name, say in said.items() if name in receipt}


def _point(receipt: Mapping[str, Any]) -> dict[str, Any]:
    """What the charts draw of a receipt; empty for one that was left out."""
    names = {"likeness": "ssim_mean", "variety": "distinct", "uses": "uses"}
    return {ours: receipt[name] for ours, name in names.items() if name in receipt}
