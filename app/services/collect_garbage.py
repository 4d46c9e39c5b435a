"""Remove what nothing refers to: objects without a row, photos nobody made a mosaic of, uploads nobody goes on with."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, select, union_all

from app.db import Sessions
from app.domain.limits import SYSTEM_OWNER
from app.domain.states import UploadState
from app.models import (
    ApiAnswer,
    Clip,
    Mosaic,
    Pack,
    Photo,
    Sheet,
    SourceFile,
    Still,
    Takeaway,
    TileSet,
    Upload,
    UploadFile,
    Version,
)
from app.services.counters import note
from app.services.logins import forget_unused_logins
from app.services.rates import forget_old_rates
from app.services.uploads import forget, stored_of
from app.storage.base import Coming, Storage

log = logging.getLogger(__name__)

# Longer than any upload or job takes between writing an object and committing the row that names it.
GRACE = timedelta(hours=24)
BATCH = 1000


def collect_garbage(sessions: Sessions, storage: Storage, *, grace: timedelta = GRACE) -> int:
    """Delete unused photos, answers kept for scripts, abandoned uploads, then unreferenced objects, all older than `grace`. Returns how many objects went."""
    with sessions.begin() as session:
        session.execute(
            delete(Photo).where(
                Photo.created_at < func.now() - grace,
                Photo.owner_id != SYSTEM_OWNER,
                ~select(Mosaic.id).where(Mosaic.photo_id == Photo.id).exists(),
            )
        )
        session.execute(delete(ApiAnswer).where(ApiAnswer.created_at < func.now() - grace))
        forget_old_rates(session)
        forget_unused_logins(session)
    _give_up_uploads(sessions, storage, grace)
    before = datetime.now(UTC) - grace
    _abandon_parts(sessions, storage, before)
    gone, objects, size = 0, 0, 0
    batch: list[str] = []
    for info in storage.list("o/"):
        objects, size = objects + 1, size + info.size
        if info.modified < before:
            batch.append(info.key)
        if len(batch) == BATCH:
            gone += _delete_unreferenced(sessions, storage, batch)
            batch = []
    gone += _delete_unreferenced(sessions, storage, batch)
    with sessions.begin() as session:
        for name, value in (("objects", objects - gone), ("object_bytes", size), ("orphans", gone)):
            note(session, name, value)
    if gone:
        log.info("collected %d objects that nothing referred to", gone)
    return gone


def _give_up_uploads(sessions: Sessions, storage: Storage, grace: timedelta) -> None:
    """Those that no browser went on with; of the finished ones, what was left to know them again by."""
    untouched = Upload.touched_at < func.now() - grace
    with sessions.begin() as session:
        session.execute(delete(Upload).where(untouched, Upload.state == UploadState.FINISHED))
    while True:
        with sessions() as session:
            upload = session.scalar(
                select(Upload).where(untouched).limit(1).with_for_update(skip_locked=True)
            )
            if upload is None:
                return
            stored = stored_of(session, UploadFile.upload_id == upload.id)
            session.delete(upload)
            session.commit()
        forget(storage, stored)
        log.info("gave up upload %s, which nobody went on with", upload.id)


def _abandon_parts(sessions: Sessions, storage: Storage, before: datetime) -> None:
    """What a process began and died before it could write down the token."""
    for begun in storage.begun():
        if begun.since < before and begun.key.startswith("o/"):
            with sessions() as session:
                known = session.scalar(
                    select(UploadFile.token).where(UploadFile.token == begun.token)
                )
            if known is None:
                storage.abandon(Coming(begun.key, begun.token, size=0, part=1))


def _delete_unreferenced(sessions: Sessions, storage: Storage, keys: list[str]) -> int:
    columns = (
        Photo.key,
        Photo.view_key,
        SourceFile.key,
        UploadFile.key,
        Pack.key,
        Pack.thumbs_key,
        TileSet.strip_key,
        Sheet.key,
        Still.key,
        Clip.key,
        Mosaic.photo_view_key,
        Mosaic.preview_key,
        Mosaic.jpeg_key,
        Mosaic.png_key,
        Mosaic.plan_key,
        Mosaic.zoom_key,
        Version.picture_key,
        Takeaway.key,
    )
    with sessions() as session:
        used = set(session.scalars(union_all(*(select(c).where(c.in_(keys)) for c in columns))))
    unused = [key for key in keys if key not in used]
    for key in unused:
        storage.delete(key)
    return len(unused)
