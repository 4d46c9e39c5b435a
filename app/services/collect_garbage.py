"""Remove what nothing refers to: objects without a row, photos nobody made a mosaic of."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, select, union_all

from app.db import Sessions
from app.domain.limits import SYSTEM_OWNER
from app.models import Mosaic, Pack, Photo, Sheet, SourceFile, Still, TileSet
from app.storage.base import Storage

log = logging.getLogger(__name__)

# Longer than any upload or job takes between writing an object and committing the row that names it.
GRACE = timedelta(hours=24)
BATCH = 1000


def collect_garbage(sessions: Sessions, storage: Storage, *, grace: timedelta = GRACE) -> int:
    """Delete unused photos, then unreferenced objects, both older than `grace`. Returns how many objects went."""
    with sessions.begin() as session:
        session.execute(
            delete(Photo).where(
                Photo.created_at < func.now() - grace,
                Photo.owner_id != SYSTEM_OWNER,
                ~select(Mosaic.id).where(Mosaic.photo_id == Photo.id).exists(),
            )
        )
    before = datetime.now(UTC) - grace
    gone = 0
    batch: list[str] = []
    for info in storage.list("o/"):
        if info.modified < before:
            batch.append(info.key)
        if len(batch) == BATCH:
            gone += _delete_unreferenced(sessions, storage, batch)
            batch = []
    gone += _delete_unreferenced(sessions, storage, batch)
    if gone:
        log.info("collected %d objects that nothing referred to", gone)
    return gone


def _delete_unreferenced(sessions: Sessions, storage: Storage, keys: list[str]) -> int:
    columns = (
        Photo.key,
        Photo.view_key,
        SourceFile.key,
        Pack.key,
        Pack.thumbs_key,
        TileSet.strip_key,
        Sheet.key,
        Still.key,
        Mosaic.photo_view_key,
        Mosaic.preview_key,
        Mosaic.jpeg_key,
        Mosaic.png_key,
    )
    with sessions() as session:
        used = set(session.scalars(union_all(*(select(c).where(c.in_(keys)) for c in columns))))
    unused = [key for key in keys if key not in used]
    for key in unused:
        storage.delete(key)
    return len(unused)
