"""`POST /mosaics`: from a form to a queued mosaic, keeping what was right where something was wrong."""

from __future__ import annotations

from flask import Blueprint, jsonify, make_response, redirect, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from app.domain.errors import BadInput, PersonError
from app.domain.options import MosaicOptions
from app.domain.quotas import TooMany
from app.models import Mosaic
from app.services import browse
from app.services.ask_to_look import look_at_photo
from app.services.make_mosaic import known_mosaic, make_mosaic
from app.services.upload_photo import upload_photo
from app.web.errors import refused
from app.web.fields import chosen_files, digest, for_script, idempotency_key, stream_of
from app.web.make import make_page
from app.web.make_form import MakeForm
from app.web.owner import owner_id
from app.web.parts import database, parts
from app.web.rates import allow_job, allow_upload

blueprint = Blueprint("create", __name__)

NO_PHOTO = "Choose a photo, or begin with one of ours."
NO_SET = "Choose a tile set: the small pictures your mosaic is made of."


@blueprint.post("/mosaics")
def mosaic() -> Response:
    """Queue a mosaic and go to its page; with the button `check` only say how photo and set fit."""
    form, options, mistakes = MakeForm.sent(request.form)
    files = chosen_files("photo")
    key = _key(form, options, files)
    if not mistakes and (known := known_mosaic(database(), owner_id(), key)):
        return _to(known)
    form, refusal = _take_photo(form, files, mistakes)
    if form.tile_set is None:
        mistakes["tile_set"] = NO_SET
    if request.form.get("check"):
        _look(form)
        return _again(form, mistakes, refusal, count=not mistakes)
    if not mistakes:
        try:
            allow_job()
            return _to(_make(form, options, key))
        except PersonError as mistake:
            mistakes[mistake.field or "form"], refusal = mistake.sentence, mistake
    if for_script():
        raise refusal if isinstance(refusal, TooMany) else BadInput(" ".join(mistakes.values()))
    return _again(form, mistakes, refusal)


def _again(
    form: MakeForm, mistakes: dict[str, str], refusal: PersonError | None, *, count: bool = False
) -> Response:
    """The form with all that was chosen; several mistakes have one status, unless it is a matter of waiting."""
    page = make_response(make_page(form, mistakes=mistakes, count=count))
    if isinstance(refusal, TooMany):
        return refused(page, refusal)
    page.status_code = BadInput.status if mistakes else 200
    return page


def _look(form: MakeForm) -> None:
    if form.photo_id:
        session = database()
        look_at_photo(
            session, parts().doorbell, browse.photo_for(session, owner_id(), form.photo_id)
        )


def _key(form: MakeForm, options: MosaicOptions, files: list[FileStorage]) -> str:
    photo = digest(stream_of(files[0])) if files else form.photo_id
    return idempotency_key(photo, form.tile_set, options)


def _take_photo(
    form: MakeForm, files: list[FileStorage], mistakes: dict[str, str]
) -> tuple[MakeForm, PersonError | None]:
    """The form with a photo that is the owner's to use. A good photo is kept even where another field is wrong."""
    session, owner = database(), owner_id()
    try:
        if files:
            allow_upload()
            photo = upload_photo(
                session,
                parts().storage,
                owner_id=owner,
                name=files[0].filename or "",
                stream=stream_of(files[0]),
            )
        elif form.photo_id:
            photo = browse.photo_for(session, owner, form.photo_id)
        else:
            raise BadInput(NO_PHOTO, field="photo")
    except PersonError as mistake:
        mistakes["photo"] = mistake.sentence
        return form, mistake
    return form.with_photo(photo.id), None


def _make(form: MakeForm, options: MosaicOptions, key: str) -> Mosaic:
    assert form.photo_id and form.tile_set  # noqa: S101, PT018 - both were checked, each with a sentence of its own
    return make_mosaic(
        database(),
        parts().doorbell,
        owner_id=owner_id(),
        photo_id=form.photo_id,
        tile_set_id=form.tile_set,
        options=options,
        idempotency_key=key,
    )


def _to(mosaic: Mosaic) -> Response:
    """To its page; a script of ours stays where it is, and is told where it can follow."""
    page = url_for("mosaics.page", mosaic_id=mosaic.id)
    if for_script():
        job = mosaic.job.id
        links = {name: url_for(f"jobs.{name}", job_id=job) for name in ("events", "cancel")}
        return make_response(jsonify(page=page, **links), 201)
    return redirect(page, 303)
