"""One upload of a person: opened, found again, given up."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.domain.errors import NotFound
from app.domain.states import UploadState
from app.models import Upload, UploadFile
from app.services.browse import tile_set_for
from app.storage.base import Coming, Storage, StorageDown
from app.storage.forget import forget_objects

OVER = "This upload is over, or belongs to another session. Choose the files again to add them."
NO_FILE = "This file was taken off the list, or its upload is over. Choose it again to add it."


def open_upload(session: Session, *, owner_id: UUID, tile_set_id: UUID) -> Upload:
    """The open upload of a set, made where there is none, and committed. Raises NotFound."""
    tile_set = tile_set_for(session, owner_id, tile_set_id, mine=True)
    session.execute(
        insert(Upload)
        .values(owner_id=owner_id, tile_set_id=tile_set.id, state=UploadState.OPEN)
        .on_conflict_do_nothing()
    )
    upload = session.scalars(
        select(Upload).where(Upload.tile_set_id == tile_set.id, Upload.state == UploadState.OPEN)
    ).one()
    session.commit()
    return upload


def locked_upload(session: Session, owner_id: UUID, upload_id: UUID) -> Upload:
    """An open upload, touched, and ours alone until the transaction ends. Raises NotFound."""
    found: Upload | None = session.scalar(
        update(Upload)
        .where(
            Upload.id == upload_id,
            Upload.owner_id == owner_id,
            Upload.state == UploadState.OPEN,
        )
        .values(touched_at=func.now())
        .returning(Upload)
    )
    if found is None:
        raise NotFound(OVER)
    return found


def file_of(session: Session, upload: Upload, number: int) -> UploadFile:
    """A file of an upload that the caller has already looked up. Raises NotFound."""
    found = session.get(UploadFile, (upload.id, number), populate_existing=True)
    if found is None:
        raise NotFound(NO_FILE)
    return found


def coming_of(file: UploadFile) -> Coming | None:
    """The file as storage expects it, or None where it has not begun."""
    if file.key is None or file.token is None:
        return None
    return Coming(file.key, file.token, size=file.bytes, part=file.part_bytes)


def discard_upload(session: Session, storage: Storage, *, owner_id: UUID, upload_id: UUID) -> UUID:
    """Rows first, objects later. Returns the id of its tile set. Raises NotFound."""
    upload = locked_upload(session, owner_id, upload_id)
    stored = stored_of(session, UploadFile.upload_id == upload.id)
    session.delete(upload)
    session.commit()
    forget(storage, stored)
    return upload.tile_set_id


def stored_of(session: Session, *which: ColumnElement[bool]) -> list[Coming]:
    """Each object that some files have in storage, begun or whole; thousands of small files share a few."""
    rows = session.execute(
        select(
            UploadFile.key,
            UploadFile.token,
            func.max(UploadFile.bytes),
            func.max(UploadFile.part_bytes),
        )
        .where(UploadFile.key.is_not(None), *which)
        .group_by(UploadFile.key, UploadFile.token)
    )
    return [Coming(key or "", token or "", size=size, part=part) for key, token, size, part in rows]


def forget(storage: Storage, stored: Sequence[Coming]) -> None:
    """Remove what files whose rows are gone have in storage; what it will not remove now, the collector finds."""
    for each in stored:
        if each.token:
            with suppress(StorageDown):
                storage.abandon(each)
    forget_objects(storage, [each.key for each in stored])
