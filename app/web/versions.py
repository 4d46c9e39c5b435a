"""Kept versions of a tuning: keep one, name it, show it, let it go."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.domain.options import READERS
from app.models import Mosaic, Version
from app.services import browse
from app.services.change_version import delete_version, rename_version
from app.services.keep_version import keep_version
from app.web.fields import for_script
from app.web.files import FOR_GOOD, send_object
from app.web.kept import kept_of
from app.web.owner import owner_id
from app.web.parts import database, parts
from app.web.pictures import JPEG
from app.web.tuned_look import options_of

blueprint = Blueprint("versions", __name__)


@blueprint.post("/mosaics/<uuid:mosaic_id>/versions")
def keep(mosaic_id: UUID) -> AnyResponse:
    """Keep what the form says, and stay with it."""
    mosaic = browse.mosaic_for(database(), owner_id(), mosaic_id)
    version = keep_version(
        database(),
        parts().storage,
        parts().tuner,
        mosaic,
        owner_id=owner_id(),
        options=options_of(mosaic, {name: request.form.get(name, "") for name in READERS}),
        name=request.form.get("name", ""),
    )
    return _back(mosaic, version)


@blueprint.get("/versions/<uuid:version_id>/picture.jpg")
def picture(version_id: UUID) -> Response:
    """How it looked when it was kept."""
    version = browse.version_for(database(), owner_id(), version_id)
    return send_object(parts().storage, version.picture_key, JPEG, cache=FOR_GOOD)


@blueprint.post("/versions/<uuid:version_id>/name")
def rename(version_id: UUID) -> AnyResponse:
    """Call it something else."""
    version = rename_version(
        database(),
        owner_id=owner_id(),
        version_id=version_id,
        name=request.form.get("name", ""),
    )
    return _back(_mosaic(version.mosaic_id), version)


@blueprint.post("/versions/<uuid:version_id>/delete")
def delete(version_id: UUID) -> AnyResponse:
    """Let it go. Its settings stay on the page of whoever sent this."""
    mosaic_id = delete_version(
        database(), parts().storage, owner_id=owner_id(), version_id=version_id
    )
    return _back(_mosaic(mosaic_id))


def _mosaic(mosaic_id: UUID) -> Mosaic:
    return browse.mosaic_for(database(), owner_id(), mosaic_id)


def _back(mosaic: Mosaic, version: Version | None = None) -> AnyResponse:
    """To the page with its settings; a script of ours stays where it is, and gets the list anew."""
    if for_script():
        return jsonify(list=render_template("mosaics/kept.html", **kept_of(mosaic)))
    version_id = version.id if version else None  # None is left out
    return redirect(url_for("tune.page", mosaic_id=mosaic.id, version=version_id), 303)
