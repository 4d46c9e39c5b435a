"""Keep a tuning of a mosaic: its settings, its figures and its picture."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from app.domain.errors import BadInput
from app.domain.limits import VERSIONS_MAX
from app.domain.names import checked_name
from app.domain.options import MosaicOptions
from app.domain.titles import title
from app.models import Mosaic, Version
from app.queue import Tuner
from app.services.browse import versions_of
from app.services.keys import version_key
from app.services.owners import ensure_owner
from app.services.tune_mosaic import tune_mosaic
from app.storage.base import Storage

ENOUGH = (
    f"Of one mosaic we keep {VERSIONS_MAX} versions, and there are as many. "
    "Delete one that you need no more; the settings on this page stay as they are."
)


def keep_version(
    session: Session,
    storage: Storage,
    tuner: Tuner,
    mosaic: Mosaic,
    *,
    owner_id: UUID,
    options: MosaicOptions,
    name: str = "",
) -> Version:
    """Tune a mosaic that the caller has already looked up, and commit what came of it. What is kept already is not kept twice.

    name : as the person calls it; empty: as the settings say.

    Raises BadInput (as many as we keep, a name too long, what cannot be laid), NotFound (no tiles any more), ServiceDown.
    """
    kept = versions_of(session, owner_id, mosaic)
    look = options.written()
    if known := next((version for version in kept if version.look == look), None):
        return known
    if len(kept) >= VERSIONS_MAX:
        raise BadInput(ENOUGH)
    called = checked_name(name or title(options), what="version")
    tuned = tune_mosaic(session, tuner, mosaic, options=options, sharp=True, bare=False)
    version_id = uuid4()
    key = version_key(owner_id, mosaic.id, version_id)
    storage.put(key, tuned.picture, content_type="image/jpeg")
    ensure_owner(session, owner_id)
    version = Version(
        id=version_id,
        owner_id=owner_id,
        mosaic_id=mosaic.id,
        name=called,
        look=look,
        figures=dict(tuned.figures),
        picture_key=key,
    )
    session.add(version)
    session.commit()
    return version
