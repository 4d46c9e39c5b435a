"""How photo and set fit, told before the mosaic is made: beside the form, live, or on pressing a button."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, make_response, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.domain.errors import BadInput, PersonError
from app.domain.options import MosaicOptions
from app.domain.preflight import Fit
from app.domain.quotas import TooMany
from app.services.ask_to_look import look_at_photo
from app.services.fit import LAID_CELLS_MAX, fit_of, is_being_looked_at, laid_fit_of
from app.services.upload_photo import upload_photo
from app.web.fields import chosen_files, stream_of
from app.web.make_form import MakeForm
from app.web.owner import owner_id
from app.web.parts import database, parts
from app.web.rates import allow_count, allow_upload

blueprint = Blueprint("preflight", __name__)


@dataclass(frozen=True)
class Preflight:
    """What the sentence is made of. `waiting`: a worker is about to know more.

    subject : what it is about, where that much is shown or counted: the page sends it back. Of another one it is told first
        what can be told at once.
    to_count : a worker is to be asked next.
    """

    fit: Fit
    penalty: float
    waiting: bool
    subject: str
    to_count: bool


def preflight_of(
    session: Session,
    owner: UUID,
    form: MakeForm,
    options: MosaicOptions,
    *,
    shown: str = "",
) -> Preflight | None:
    """None where photo, set or grid are not such that a mosaic could be made. `shown`: the subject of what the page shows."""
    if not form.photo_id or not form.tile_set:
        return None
    # Asked first: what a worker finds out in between is in the answer, and else there is another question.
    waiting = is_being_looked_at(session, form.photo_id, form.tile_set)
    subject = subject_of(form, options)
    asked = {"owner_id": owner, "photo_id": form.photo_id, "tile_set_id": form.tile_set}
    count = shown == subject and not waiting and _may_count()
    try:
        if count:
            found = laid_fit_of(session, parts().tuner, **asked, options=options)
        else:
            found = fit_of(session, **asked, options=options)
    except PersonError:
        return None
    to_count = not (shown == subject or waiting) and 0 < found.cells <= LAID_CELLS_MAX
    known = to_count or (found.uses is not None and found.uses.distinct is not None)
    return Preflight(found, options.penalty, waiting, subject if known else "", to_count)


def _may_count() -> bool:
    """Else the guess has to do."""
    try:
        allow_count()
    except TooMany:
        return False
    return True


def subject_of(form: MakeForm, options: MosaicOptions) -> str:
    """All that candidates depend on."""
    look = (options.cells_across, options.matcher, options.mirrors)
    return ".".join(map(str, (form.photo_id, form.tile_set, *look)))


@blueprint.get("/preflight")
def live() -> str:
    """The sentence alone, for the fields as they stand."""
    form, options, mistakes = MakeForm.sent(request.args)
    shown = request.args.get("subject", "")
    found = None if mistakes else preflight_of(database(), owner_id(), form, options, shown=shown)
    return render_template("make/preflight.html", preflight=found)


@blueprint.post("/photos")
def photo() -> Response:
    """Take a photo before the form is sent, so that it can be looked at meanwhile. Answers with its choice."""
    allow_upload()
    files = chosen_files("photo")
    if not files:
        raise BadInput("Choose a photo first.", field="photo")
    taken = upload_photo(
        database(),
        parts().storage,
        owner_id=owner_id(),
        name=files[0].filename or "",
        stream=stream_of(files[0]),
    )
    look_at_photo(database(), parts().doorbell, taken)
    return make_response({"id": str(taken.id), "width": taken.width, "height": taken.height}, 201)
