"""Kept versions as the page that tunes a mosaic shows them."""

from __future__ import annotations

from typing import Any

from app.domain.limits import VERSIONS_MAX
from app.models import Mosaic
from app.services import browse
from app.web.crop import Crop
from app.web.fields import new_form_key
from app.web.owner import owner_id
from app.web.parts import database


def kept_of(mosaic: Mosaic) -> dict[str, Any]:
    """What `mosaics/kept.html` needs."""
    versions = browse.versions_of(database(), owner_id(), mosaic)
    return {
        "mosaic": mosaic,
        "versions": versions,
        "versions_max": VERSIONS_MAX,
        "crop": Crop.of(mosaic),
        "form_key": new_form_key(),
    }
