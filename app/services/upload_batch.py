"""Many small files of an upload, sent end to end in one request and kept as one zip, so that 5,000 are not 5,000 objects."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Sequence
from typing import IO, BinaryIO
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.domain import limits
from app.domain.errors import BadInput
from app.models import UploadFile
from app.services.keys import arrival_key
from app.services.uploads import locked_upload
from app.storage.base import Storage
from app.storage.whole import CHUNK, Exactly

NOT_AS_LISTED = (
    "These files are not as they were listed: one may have been changed since. Choose them again."
)


def take_batch(
    session: Session,
    storage: Storage,
    *,
    owner_id: UUID,
    upload_id: UUID,
    first: int,
    count: int,
    body: BinaryIO,
    length: int,
) -> None:
    """Store `count` files from number `first` on, whose bytes are `body`, and commit that they are here.

    To send them again is fine. Raises NotFound, BadInput where they are not as listed, CutShort.
    """
    upload = locked_upload(session, owner_id, upload_id)
    waiting = (
        UploadFile.upload_id == upload.id,
        UploadFile.number.between(first, first + count - 1),
        ~UploadFile.whole,
    )
    files = session.scalars(select(UploadFile).where(*waiting).order_by(UploadFile.number)).all()
    session.commit()  # the line may be slow
    if not files:
        return
    _check(files, count, length)
    key = arrival_key(owner_id, upload_id)
    with tempfile.TemporaryFile() as file:
        _zip(files, body, file)
        file.seek(0)
        storage.put(key, file, content_type="application/zip")
    locked_upload(session, owner_id, upload_id)
    here = update(UploadFile).where(*waiting).values(key=key, whole=True)
    changed = len(session.scalars(here.returning(UploadFile.number)).all())
    if changed == count:
        session.commit()
        return
    session.rollback()
    storage.delete(key)
    if (
        changed
    ):  # one was taken off the list; where none waits, the same batch was sent twice at once
        raise BadInput(NOT_AS_LISTED, field="files")


def _check(files: Sequence[UploadFile], count: int, length: int) -> None:
    if (
        len(files) != count
        or sum(file.bytes for file in files) != length
        or any(file.token or file.bytes > limits.SMALL_MAX_BYTES for file in files)
    ):
        raise BadInput(NOT_AS_LISTED, field="files")


def _zip(files: Sequence[UploadFile], body: BinaryIO, file: IO[bytes]) -> None:
    """Stored, not deflated: pictures do not get smaller. Numbers keep two files of one name apart."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for each in files:
            with archive.open(f"{each.number}/{each.name}", "w") as member:
                shutil.copyfileobj(Exactly(body, each.bytes), member, CHUNK)
