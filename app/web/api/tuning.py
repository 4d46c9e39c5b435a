"""A mosaic as it would be with other settings, and versions that are kept of that."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from typing import Any
from uuid import UUID

from werkzeug.wrappers import Response

from app.domain.options import MosaicOptions
from app.domain.scopes import Scope
from app.models import Mosaic
from app.services import browse
from app.services.change_version import delete_version, rename_version
from app.services.keep_version import keep_version
from app.services.tune_mosaic import curve_of, tune_mosaic
from app.web import versions as version_pages
from app.web.api import show
from app.web.api.bodies import options_in
from app.web.api.operations import JPEG, operation
from app.web.api.schemas import NAME, OPTIONS, YES_NO, sent
from app.web.owner import owner_id
from app.web.parts import database, parts

TAG = "Tuning"
# The grid stays: candidates are of its cells.
TUNED = sent(**{name: schema for name, schema in OPTIONS.items() if name != "cells_across"})


@operation(
    *("POST", "/mosaics/<uuid:mosaic_id>/tune"),
    scope=Scope.MAKE,
    tag=TAG,
    says="The mosaic as it would be: a picture and its figures. Nothing is stored",
    more="Options that are left out are the mosaic's. `sharp`: of the tiles themselves, which takes longer.",
    body=sent(options=TUNED, sharp=YES_NO),
    gives=(200, "Tuned"),
)
def tune(mosaic_id: UUID, body: dict[str, Any]) -> dict[str, Any]:
    mosaic = _mosaic(mosaic_id)
    tuned = tune_mosaic(
        database(),
        parts().tuner,
        mosaic,
        options=tuned_options(mosaic, body),
        sharp=body.get("sharp", False),
        bare=False,
    )
    return {"figures": dict(tuned.figures), "picture": b64encode(tuned.picture).decode()}


@operation(
    *("POST", "/mosaics/<uuid:mosaic_id>/curve"),
    scope=Scope.MAKE,
    tag=TAG,
    says="Likeness and variety at a row of penalties",
    body=sent(options=TUNED),
    gives=(200, "Curve"),
)
def curve(mosaic_id: UUID, body: dict[str, Any]) -> dict[str, Any]:
    mosaic = _mosaic(mosaic_id)
    options = tuned_options(mosaic, body)
    return {"points": curve_of(database(), parts().tuner, mosaic, options=options)}


@operation(
    *("GET", "/mosaics/<uuid:mosaic_id>/versions"),
    scope=Scope.READ,
    tag=TAG,
    says="The versions you kept of a mosaic, 50 at most",
    gives=(200, "Versions"),
)
def versions(mosaic_id: UUID) -> dict[str, Any]:
    kept = browse.versions_of(database(), owner_id(), _mosaic(mosaic_id))
    return {"items": [show.version(row) for row in kept], "next": None}


@operation(
    *("POST", "/mosaics/<uuid:mosaic_id>/versions"),
    scope=Scope.MAKE,
    tag=TAG,
    says="Keep a tuning; the same settings are kept once",
    body=sent(name=NAME, options=TUNED),
    gives=(201, "Version"),
    once=True,
)
def add_version(mosaic_id: UUID, body: dict[str, Any]) -> dict[str, Any]:
    mosaic = _mosaic(mosaic_id)
    kept = keep_version(
        database(),
        parts().storage,
        parts().tuner,
        mosaic,
        owner_id=owner_id(),
        options=tuned_options(mosaic, body),
        name=body.get("name", ""),
    )
    return show.version(kept)


@operation(
    *("PATCH", "/versions/<uuid:version_id>"),
    scope=Scope.MAKE,
    tag=TAG,
    says="Call a version something else",
    body=sent("name", name=NAME),
    gives=(200, "Version"),
)
def change_version(version_id: UUID, body: dict[str, Any]) -> dict[str, Any]:
    return show.version(
        rename_version(database(), owner_id=owner_id(), version_id=version_id, name=body["name"])
    )


@operation(
    *("DELETE", "/versions/<uuid:version_id>"),
    scope=Scope.MAKE,
    tag=TAG,
    says="Let a version go",
    gives=(204, None),
)
def remove_version(version_id: UUID) -> None:
    delete_version(database(), parts().storage, owner_id=owner_id(), version_id=version_id)


@operation(
    *("GET", "/versions/<uuid:version_id>/picture"),
    scope=Scope.READ,
    tag=TAG,
    says="How a version looked when it was kept",
    gives=(200, JPEG),
)
def version_picture(version_id: UUID) -> Response:
    return version_pages.picture(version_id)


def _mosaic(mosaic_id: UUID) -> Mosaic:
    return browse.mosaic_for(database(), owner_id(), mosaic_id)


def tuned_options(mosaic: Mosaic, body: dict[str, Any]) -> MosaicOptions:
    """The mosaic's, with what was sent otherwise."""
    options = options_in(body.get("options", {}), mosaic.options)
    return replace(options, cells_across=mosaic.cells_across)
