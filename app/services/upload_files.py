"""The list of files that an upload will have: names given by a browser, which it may give again after a reload."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain import limits
from app.domain.errors import TooBig
from app.domain.names import shown_name
from app.models import Upload, UploadFile
from app.services.quotas import check_tiles, take_room
from app.services.uploads import coming_of, file_of, forget, locked_upload
from app.storage.base import Storage


@dataclass(frozen=True)
class Named:
    """A file as the browser tells of it: `modified` is milliseconds since 1970."""

    path: str
    size: int
    modified: int

    @property
    def fingerprint(self) -> str:
        """The same for the same file chosen again."""
        told = f"{self.path}\0{self.size}\0{self.modified}"
        return hashlib.blake2b(told.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def name_files(
    session: Session, *, owner_id: UUID, upload_id: UUID, files: Sequence[Named]
) -> list[UploadFile]:
    """Put files on the list and commit; those on it already are left as they are. Returns a row for each, in order.

    Their bytes count as used from now on. Raises NotFound (over, or not this owner's), TooBig and OverQuota.
    """
    upload = locked_upload(session, owner_id, upload_id)
    for file in files:
        _check_size(file)
    known = _known(session, upload, files)
    new = {file.fingerprint: file for file in files if file.fingerprint not in known}
    first, count = _next_number(session, upload)
    if count + len(new) > limits.FILES_MAX:
        raise TooBig(
            f"One upload takes up to {limits.FILES_MAX:,} files, and these are more. "
            "Send the rest once these are read: a set can be added to as often as you like.",
            field="files",
        )
    if new:
        check_tiles(session, owner_id)
        take_room(session, owner_id, more=sum(file.size for file in new.values()))
    for number, file in enumerate(new.values(), start=first):
        known[file.fingerprint] = UploadFile(
            upload_id=upload.id,
            number=number,
            fingerprint=file.fingerprint,
            name=shown_name(file.path, otherwise="file"),
            bytes=file.size,
            part_bytes=limits.PART_BYTES,
        )
        session.add(known[file.fingerprint])
    session.commit()
    return [known[file.fingerprint] for file in files]


def remove_file(
    session: Session, storage: Storage, *, owner_id: UUID, upload_id: UUID, number: int
) -> None:
    """Take a file off the list, with what is here of it; one of a batch stays, as its batch does. Raises NotFound."""
    upload = locked_upload(session, owner_id, upload_id)
    file = file_of(session, upload, number)
    if file.whole and file.token is None:
        session.commit()
        return
    coming = coming_of(file)
    session.delete(file)
    session.commit()
    forget(storage, [coming] if coming else [])


def _check_size(file: Named) -> None:
    if file.size > limits.FILE_MAX_BYTES:
        raise TooBig(
            f"“{shown_name(file.path, otherwise='file')}” is {file.size / 1e9:,.0f} GB; the largest file we take is "
            f"{limits.FILE_MAX_BYTES // (1000 * limits.MB)} GB. Cut it in two and add both. Nothing else was changed.",
            field="files",
        )


def _known(session: Session, upload: Upload, files: Sequence[Named]) -> dict[str, UploadFile]:
    found = session.scalars(
        select(UploadFile)
        .where(
            UploadFile.upload_id == upload.id,
            UploadFile.fingerprint.in_([file.fingerprint for file in files]),
        )
        .execution_options(populate_existing=True)
    )
    return {file.fingerprint: file for file in found}


def _next_number(session: Session, upload: Upload) -> tuple[int, int]:
    """The next free number, and how many files there are."""
    mine = UploadFile.upload_id == upload.id
    last = session.scalar(select(func.max(UploadFile.number)).where(mine))
    count = session.scalar(select(func.count()).select_from(UploadFile).where(mine))
    return (0 if last is None else last + 1), count or 0
