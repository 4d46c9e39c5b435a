"""A mosaic to take away: the page, what is asked for on it, and the files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import BadInput, NotFound, PersonError
from app.domain.limits import TAKEAWAYS_MAX
from app.domain.papers import CUSTOM, PAPERS
from app.domain.print_layout import in_words, lay_out, warning
from app.domain.print_options import FITS, ORIENTATIONS, READERS, UNITS, PrintOptions
from app.domain.quotas import TooMany
from app.domain.takeaways import KINDS, SIZES, TakeawayKind, Wanted
from app.models import Mosaic, Takeaway
from app.services import browse
from app.services.delete_takeaway import delete_takeaway
from app.services.take_away import known_takeaway, take_away, why_not
from app.web.errors import refused
from app.web.file_names import takeaway_name
from app.web.files import send_object
from app.web.links import Named, hand_out
from app.web.owner import owner_id
from app.web.parts import database, parts
from app.web.rates import allow_job
from app.web.taken import listed

# What a form sends as its kind where nothing is to be made yet.
WORDS = "words"
NOT_YET = "This file is not finished. The page of its mosaic shows how far it is."

blueprint = Blueprint("take_away", __name__)


@blueprint.get("/mosaics/<uuid:mosaic_id>/take-away")
def page(mosaic_id: UUID) -> str:
    """What there is, what is being made, and what else there could be."""
    return _page(_mosaic(mosaic_id), request.args)


@blueprint.get("/mosaics/<uuid:mosaic_id>/take-away/print")
def print_words(mosaic_id: UUID) -> str:
    """The sentence under the fields of a print, while they are being filled in."""
    mosaic = _mosaic(mosaic_id)
    return render_template("take_away/print_words.html", **_words(mosaic, request.args))


@blueprint.post("/mosaics/<uuid:mosaic_id>/take-away")
def order(mosaic_id: UUID) -> AnyResponse:
    """Have a file made, and wait for it on the page; or only work out what a print would be."""
    mosaic = _mosaic(mosaic_id)
    if request.form.get("kind") == WORDS:
        return make_response(_page(mosaic, request.form))
    try:
        wanted = Wanted.parse(request.form)
        have_made(mosaic, wanted)
    except (BadInput, TooMany) as mistake:
        return refused(make_response(_page(mosaic, request.form, mistake)), mistake)
    return _back(mosaic.id)


def have_made(mosaic: Mosaic, wanted: Wanted) -> Takeaway:
    """What is there or under way is given again, and spends none of the jobs of this hour."""
    session, owner = database(), owner_id()
    known = known_takeaway(session, mosaic, owner_id=owner, wanted=wanted)
    if known is None:
        allow_job()
    return take_away(session, parts().doorbell, mosaic, owner_id=owner, wanted=wanted)


@blueprint.get("/takeaways/<uuid:takeaway_id>/file")
def file(takeaway_id: UUID) -> AnyResponse:
    """The file, to keep; under `?show=1` to look at on a page."""
    told = _file(takeaway_id)
    if request.args.get("show"):
        return send_object(parts().storage, told["key"], told["content_type"])
    return hand_out(**told)


def send_file_of(takeaway_id: UUID) -> Response:
    """The same at once: a script shows its token each time, and needs no link."""
    return send_object(parts().storage, **_file(takeaway_id))


def _file(takeaway_id: UUID) -> Named:
    takeaway = browse.takeaway_for(database(), owner_id(), takeaway_id)
    if takeaway.key is None or takeaway.media is None:
        raise NotFound(NOT_YET)
    name = takeaway_name(takeaway, _mosaic(takeaway.mosaic_id))
    return {"key": takeaway.key, "content_type": takeaway.media, "save_as": name}


@blueprint.post("/takeaways/<uuid:takeaway_id>/delete")
def delete(takeaway_id: UUID) -> AnyResponse:
    """Let it go."""
    return _back(
        delete_takeaway(database(), parts().storage, owner_id=owner_id(), takeaway_id=takeaway_id)
    )


def _mosaic(mosaic_id: UUID) -> Mosaic:
    return browse.mosaic_for(database(), owner_id(), mosaic_id)


def _back(mosaic_id: UUID) -> AnyResponse:
    return redirect(url_for("take_away.page", mosaic_id=mosaic_id, _anchor="taken"), 303)


def _page(mosaic: Mosaic, texts: Mapping[str, str], mistake: PersonError | None = None) -> str:
    taken = listed(mosaic, browse.takeaways_of(database(), owner_id(), mosaic))
    mistakes = {mistake.field: mistake.sentence} if mistake and mistake.field in READERS else {}
    return render_template(
        "take_away/page.html",
        mosaic=mosaic,
        taken=taken,
        most=TAKEAWAYS_MAX,
        running=any(not one.progress.state.is_over for one in taken),
        why_not=why_not(mosaic),
        kinds=KINDS,
        sizes=SIZES,
        look=PrintOptions().written() | {name: texts[name] for name in READERS if name in texts},
        papers={**{name: name for name in PAPERS}, CUSTOM: "Another size"},
        choices={"orientation": ORIENTATIONS, "fit": FITS, "unit": UNITS},
        mistakes=mistakes,
        mistake_said="" if mistakes or mistake is None else mistake.sentence,
        pdf=TakeawayKind.PDF,
        **_words(mosaic, texts),
    )


def _words(mosaic: Mosaic, texts: Mapping[str, str]) -> dict[str, Any]:
    try:
        options = PrintOptions.parse(texts)
        layout = lay_out(options, mosaic.cols, mosaic.rows)
    except BadInput as mistake:
        return {"words": "", "warning": mistake.sentence}
    return {"words": in_words(options, layout), "warning": warning(options, layout)}
