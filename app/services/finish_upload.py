"""An upload whose files are here becomes a source of its tile set, and a job that reads it."""

from __future__ import annotations

from itertools import groupby
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.domain.errors import BadInput, NotFound
from app.domain.states import QUEUE_OF, JobKind, UploadState
from app.models import Source, SourceFile, Upload, UploadFile
from app.queue import Doorbell
from app.services.add_pictures import source_from_upload
from app.services.uploads import files_of, forget, locked_upload
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
    files = files_of(session, upload)
    here = [file for file in files if file.whole]
    _check(len(here), len(files), as_it_is=as_it_is)
    source = source_from_upload(
        session,
        owner_id=owner_id,
        tile_set_id=upload.tile_set_id,
        source_id=upload.id,
        name=here[0].name if len(here) == 1 else f"{len(here):,} files",
        files=_source_files(here),
        idempotency_key=f"upload {upload.id}",
    )
    session.execute(delete(UploadFile).where(UploadFile.upload_id == upload.id))
    upload.state = UploadState.FINISHED
    session.commit()
    doorbell.ring(QUEUE_OF[JobKind.READ_SOURCE])
    forget(storage, [file for file in files if not file.whole])
    return source


def _known(session: Session, owner_id: UUID, upload_id: UUID) -> Source | None:
    found: Source | None = session.scalar(
        select(Source)
        .join(Upload, Upload.id == Source.id)
        .where(Upload.id == upload_id, Upload.owner_id == owner_id)
    )
    return found


def _check(here: int, all_files: int, *, as_it_is: bool) -> None:
    if not here:
        raise BadInput(
            "Nothing of this upload is here yet, so there is nothing to add. Choose the files again.",
            field="files",
        )
    if here < all_files and not as_it_is:
        raise BadInput(
            f"{all_files - here:,} of {all_files:,} files are not here yet. Choose them again to go on, "
            "or add those that are here.",
            field="files",
        )


def _source_files(files: list[UploadFile]) -> list[SourceFile]:
    """One for each object: a batch is a zip of many."""
    made = []
    in_order = sorted(files, key=lambda file: (file.key or "", file.number))
    for key, batch in groupby(in_order, key=lambda file: file.key or ""):
        together = list(batch)
        name = together[0].name if len(together) == 1 else f"{len(together):,} files"
        made.append((together[0].number, name, key, sum(file.bytes for file in together)))
    return [
        SourceFile(number=number, name=name, key=key, bytes=size)
        for number, (_, name, key, size) in enumerate(sorted(made))
    ]
