"""Many small files of an upload, sent end to end in one request and kept as one zip, so that 5,000 are not 5,000 objects."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from typing import IO, BinaryIO
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.domain import limits
from app.domain.errors import BadInput, NotWhole
from app.domain.stored_zip import StoredZip
from app.models import UploadFile
from app.services.keys import arrival_key
from app.services.upload_parts import CUT_SHORT
from app.services.uploads import locked_upload
from app.storage.base import CutShort, Storage
from app.storage.forget import forget_objects
from app.storage.whole import Exactly

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

    To send them again is fine. Raises NotFound, BadInput where they are not as listed, NotWhole where the line broke.
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
        zip_bytes = _zip(files, body, file)
        file.seek(0)
        storage.put(key, file, content_type="application/zip")
    locked_upload(session, owner_id, upload_id)
    here = update(UploadFile).where(*waiting).values(key=key, zip_bytes=zip_bytes, whole=True)
    changed = len(session.scalars(here.returning(UploadFile.number)).all())
    if changed == count:
        session.commit()
        return
    session.rollback()
    forget_objects(storage, [key])
    # One was taken off the list. Where none waits any more, the same batch was sent twice at once.
    if changed:
        raise BadInput(NOT_AS_LISTED, field="files")


def _check(files: Sequence[UploadFile], count: int, length: int) -> None:
    if (
        len(files) != count
        or sum(file.bytes for file in files) != length
        or any(file.token or file.bytes > limits.SMALL_MAX_BYTES for file in files)
    ):
        raise BadInput(NOT_AS_LISTED, field="files")


def _zip(files: Sequence[UploadFile], body: BinaryIO, file: IO[bytes]) -> int:
    """Two files of one name are fine: it is read member by member, never unpacked into a folder. Returns its length."""
    with StoredZip() as archive:
        for each in files:
            file.write(archive.member(each.name, _member(body, each.bytes)))
        file.writelines(archive.end())
    return file.tell()


def _member(body: BinaryIO, length: int) -> bytes:
    try:
        return Exactly(body, length).readall()
    except CutShort as error:
        raise NotWhole(CUT_SHORT) from error
