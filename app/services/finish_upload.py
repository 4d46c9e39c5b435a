"""An upload whose files are here becomes a source of its tile set, and a job that reads it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from app.domain.errors import BadInput, NotFound
from app.domain.sources import SMALL_FILES
from app.domain.states import QUEUE_OF, JobKind, UploadState
from app.models import Source, SourceFile, Upload, UploadFile
from app.queue import Doorbell
from app.services.add_pictures import source_from_upload
from app.services.browse import tile_set_for
from app.services.quotas import take_room
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

    Files that are not here yet are waited for (BadInput), or left out where `as_it_is`. Raises TooMany, and NotFound, also where the
    set was shared meanwhile, for then nobody adds to it.
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
    tile_set = tile_set_for(session, owner_id, upload.tile_set_id, mine=True)
    mine = UploadFile.upload_id == upload.id
    files = _source_files(session, mine)
    here = session.scalar(select(func.count()).where(mine, UploadFile.whole)) or 0
    waiting = session.scalar(select(func.count()).where(mine, ~UploadFile.whole)) or 0
    _check(here, waiting, as_it_is=as_it_is)
    take_room(session, owner_id, jobs=1)
    left_out = stored_of(session, mine, ~UploadFile.whole)
    source = source_from_upload(
        session,
        owner_id=owner_id,
        tile_set_id=tile_set.id,
        source_id=upload.id,
        name=_name(session, mine, here),
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


def _name(session: Session, mine: ColumnElement[bool], here: int) -> str:
    first = session.scalars(select(UploadFile.name).where(mine, UploadFile.whole).limit(1)).one()
    return first if here == 1 else f"{here:,} files"


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
    """One for each object, in the order of their first files. A batch is a zip, and is named so that it is read as one."""
    size = func.coalesce(UploadFile.zip_bytes, UploadFile.bytes)
    batched = func.bool_or(UploadFile.zip_bytes.is_not(None))
    objects = session.execute(
        select(UploadFile.key, func.min(UploadFile.name), func.max(size), batched, func.count())
        .where(mine, UploadFile.whole)
        .group_by(UploadFile.key)
        .order_by(func.min(UploadFile.number))
    )
    return [
        SourceFile(
            number=number,
            name=f"{count:,}{SMALL_FILES}.zip" if in_zip else name,
            key=key,
            bytes=length,
        )
        for number, (key, name, length, in_zip, count) in enumerate(objects)
    ]
