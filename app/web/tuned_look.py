"""The settings that a page which tunes a mosaic is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from app.domain.errors import BadInput
from app.domain.options import MosaicOptions
from app.models import Mosaic
from app.services import browse
from app.web.fields import uuid_in
from app.web.make_form import MakeForm
from app.web.owner import owner_id
from app.web.parts import database


def options_of(mosaic: Mosaic, sent: Mapping[str, str]) -> MosaicOptions:
    """Those of the mosaic, or of a kept `version`, with what was sent otherwise. The grid stays: candidates are of its cells."""
    made = mosaic.options
    if version_id := uuid_in(sent.get("version")):
        made = browse.version_for(database(), owner_id(), version_id).options
    asked = {name: sent[name] for name in made.written() if name in sent}
    _, options, mistakes = MakeForm.sent(made.written() | asked)
    if mistakes:
        raise BadInput(next(iter(mistakes.values())))
    return replace(options, cells_across=mosaic.cells_across)
