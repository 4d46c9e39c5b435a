"""An upload whose files are here becomes a source of its tile set, and a job that reads it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from app.domain.errors import BadInput, NotFound
from app.domain.states import QUEUE_OF, JobKind, UploadState
from app.models import Source, SourceFile, Upload, UploadFile
from app.queue import Doorbell
from app.services.add_pictures import source_from_upload
from app.services.uploads import forget, locked_upload, stored_of
from app.storage.base import Storage


def finish_upload(
    session: Session,
    storage: Storage,
    doorbell: Doorbell,
    *,
    owner_id: UUID,
    upload_id: UUID,
    as_it_is: bool = False,
) -> Source:
    """Commit the source and its job, then ring; the same upload finished again gives the same source.

    Files that are not here yet are waited for (BadInput), or left out where `as_it_is`. Raises NotFound.
    """
    if known := _known(session, owner_id, upload_id):
        return known
    try:
        upload = locked_upload(session, owner_id, upload_id)
    except NotFound:  # somebody else has just finished it
        session.rollback()
        if known := _known(session, owner_id, upload_id):
            return known
        raise
    mine = UploadFile.upload_id == upload.id
    files = _source_files(session, mine)
    here = session.scalar(select(func.count()).where(mine, UploadFile.whole)) or 0
    waiting = session.scalar(select(func.count()).where(mine, ~UploadFile.whole)) or 0
    _check(here, waiting, as_it_is=as_it_is)
    left_out = stored_of(session, mine, ~UploadFile.whole)
    source = source_from_upload(
        session,
        owner_id=owner_id,
        tile_set_id=upload.tile_set_id,
        source_id=upload.id,
        name=files[0].name if here == 1 else f"{here:,} files",
        files=files,
        idempotency_key=f"upload {upload.id}",
    )
    session.execute(delete(UploadFile).where(mine))
    upload.state = UploadState.FINISHED
    session.commit()
    doorbell.ring(QUEUE_OF[JobKind.READ_SOURCE])
    forget(storage, left_out)
    return source


def _known(session: Session, owner_id: UUID, upload_id: UUID) -> Source | None:
    found: Source | None = session.scalar(
        select(Source)
        .join(Upload, Upload.id == Source.id)
        .where(Upload.id == upload_id, Upload.owner_id == owner_id)
    )
    return found


def _check(here: int, waiting: int, *, as_it_is: bool) -> None:
    if not here:
        raise BadInput(
            "Nothing of this upload is here yet, so there is nothing to add. Choose the files again.",
            field="files",
        )
    if waiting and not as_it_is:
        raise BadInput(
            f"{waiting:,} of {here + waiting:,} files are not here yet. Choose them again to go on, "
            "or add those that are here.",
            field="files",
        )


def _source_files(session: Session, mine: ColumnElement[bool]) -> list[SourceFile]:
    """One for each object, in the order of their first files: a batch is a zip of many."""
    objects = session.execute(
        select(UploadFile.key, func.min(UploadFile.name), func.count(), func.sum(UploadFile.bytes))
        .where(mine, UploadFile.whole)
        .group_by(UploadFile.key)
        .order_by(func.min(UploadFile.number))
    )
    return [
        SourceFile(
            number=number,
            name=name if count == 1 else f"{count:,} files",
            key=key,
            bytes=int(size),
        )
        for number, (key, name, count, size) in enumerate(objects)
    ]
