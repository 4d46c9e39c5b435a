"""The page on which a mosaic changes under the hand, and what it asks for at every move."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.domain import limits
from app.domain.errors import BadInput
from app.domain.options import MATCHERS, PLACEMENTS, MosaicOptions
from app.domain.states import JobState
from app.models import Mosaic
from app.services import browse
from app.services.progress import progress_of
from app.services.tune_mosaic import curve_of, tune_mosaic
from app.web.crop import shape
from app.web.kept import kept_of
from app.web.make_form import MakeForm
from app.web.owner import owner_id
from app.web.parts import database, parts
from app.web.pictures import JPEG
from app.web.words import apart, n, times

FIGURES = "Tessera-Figures"
POINT = "Tessera-Point"
SHARP, BARE = "sharp", "bare"

blueprint = Blueprint("tune", __name__)


@dataclass(frozen=True)
class Mark:
    """A place on the slider worth knowing: what one of the scripts before Tessera would have made."""

    title: str
    sentence: str
    look: MosaicOptions


_PLAIN = MosaicOptions(placement="greedy", mirrors=False, shift=0.0)
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
    session, owner = database(), owner_id()
    mosaic = browse.mosaic_for(session, owner, mosaic_id)
    if mosaic.job.state != JobState.SUCCEEDED or mosaic.tile_set_id is None:
        return redirect(url_for("mosaics.page", mosaic_id=mosaic.id))
    look = options_of(mosaic, request.args).written()
    kept = kept_of(mosaic)
    shown = next((version for version in kept["versions"] if version.look == look), None)
    figures = shown.figures if shown else mosaic.receipt or {}
    renders = browse.renders_of(session, owner, mosaic)
    return render_template(
        "mosaics/tune.html",
        shape=shape(mosaic),
        look=look,
        penalty=float(look["penalty"]),
        shown=shown,
        figures=_words(figures),
        point=_point(figures),
        **kept,
        renders=[(render, progress_of(render.job)) for render in renders],
        limits=limits,
        matchers=MATCHERS,
        placements=PLACEMENTS,
        marks=MARKS,
    )


@blueprint.get("/mosaics/<uuid:mosaic_id>/live.jpg")
def live(mosaic_id: UUID) -> Response:
    """The mosaic as it would be: a picture, and its figures in a header. A wrong field gets its sentence."""
    mosaic = browse.mosaic_for(database(), owner_id(), mosaic_id)
    tuned = tune_mosaic(
        database(),
        parts().tuner,
        mosaic,
        options=options_of(mosaic, request.args),
        sharp=bool(request.args.get(SHARP)),
        bare=bool(request.args.get(BARE)),
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


def options_of(mosaic: Mosaic, sent: Mapping[str, str]) -> MosaicOptions:
    """Those of the mosaic, with what was sent otherwise. The grid stays: candidates are of its cells."""
    asked = {name: sent[name] for name in mosaic.options.written() if name in sent}
    _, options, mistakes = MakeForm.sent(mosaic.options.written() | asked)
    if mistakes:
        raise BadInput(next(iter(mistakes.values())))
    return replace(options, cells_across=mosaic.cells_across)


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
