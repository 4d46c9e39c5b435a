"""A large file of an upload: which parts are missing, a part that comes by way of us, all of them together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO
from uuid import UUID

from sqlalchemy.orm import Session

from app.domain.errors import BadInput, NotFound, NotNow, NotWhole
from app.models import UploadFile
from app.services.keys import arrival_key
from app.services.uploads import NO_FILE, coming_of, file_of, locked_upload
from app.storage.base import Coming, CutShort, MissingObject, Storage
from app.storage.forget import forget_objects

WRONG_LENGTH = (
    "This part of a file is not as long as was agreed. Ask again which parts are missing, and how long each is. "
    "What is here is safe."
)
CUT_SHORT = (
    "The line broke before all of this had come. Send it once more: what came whole before is here, and none of it "
    "is needed again."
)
NOT_ALL = "Some parts of this file are not here yet. Ask which are missing, send them, and complete it then."


@dataclass(frozen=True)
class Missing:
    """What is still to be sent of a file: nothing, where `parts` is empty."""

    coming: Coming
    parts: list[int]


def missing_parts(
    session: Session, storage: Storage, *, owner_id: UUID, upload_id: UUID, number: int
) -> Missing:
    """Begin a file or go on with it. Raises NotFound."""
    file = _file(session, owner_id, upload_id, number)
    coming = coming_of(file)
    if coming is None:
        coming = _begin(session, storage, owner_id, upload_id, number)
    if file.whole or _is_here(storage, coming):
        return Missing(coming, [])
    try:
        there = storage.parts(coming)
    except MissingObject:  # a bucket's own rule removed it meanwhile
        coming = _begin(session, storage, owner_id, upload_id, number, instead_of=coming.token)
        there = storage.parts(coming)
    return Missing(coming, [part for part in coming.parts if part not in there])


def take_part(
    session: Session,
    storage: Storage,
    *,
    owner_id: UUID,
    upload_id: UUID,
    number: int,
    part: int,
    body: BinaryIO,
    length: int | None,
    check: Callable[[Coming], None] = lambda _: None,
) -> None:
    """One part of a file, whole or not at all; `length` is what its sender says, `check` the caller's own look at it.

    Holds no connection meanwhile. Raises NotFound, BadInput (another length), NotWhole (the line broke).
    """
    coming = coming_of(_file(session, owner_id, upload_id, number))
    if coming is None or part not in coming.parts:
        raise NotFound(NO_FILE)
    check(coming)
    if length != coming.length_of(part):
        raise BadInput(WRONG_LENGTH)
    try:
        storage.put_part(coming, part, body)
    except MissingObject as error:
        raise NotFound(NO_FILE) from error
    except CutShort as error:
        raise NotWhole(CUT_SHORT) from error


def complete_file(
    session: Session, storage: Storage, *, owner_id: UUID, upload_id: UUID, number: int
) -> None:
    """Join the parts and commit that the file is here; to ask again is fine. Raises NotFound, NotNow (parts are missing)."""
    file = _file(session, owner_id, upload_id, number)
    coming = coming_of(file)
    if file.whole or coming is None:
        return
    try:
        storage.join(coming)
    except MissingObject:
        if not _is_here(storage, coming):
            raise
    except CutShort as error:
        raise NotNow(NOT_ALL) from error
    try:
        file_of(session, locked_upload(session, owner_id, upload_id), number).whole = True
    except NotFound:  # given up meanwhile
        forget_objects(storage, [coming.key])
        raise
    session.commit()


def _file(session: Session, owner_id: UUID, upload_id: UUID, number: int) -> UploadFile:
    """No transaction stays open: what follows may take as long as a slow line does."""
    file = file_of(session, locked_upload(session, owner_id, upload_id), number)
    session.commit()
    return file


def _begin(
    session: Session,
    storage: Storage,
    owner_id: UUID,
    upload_id: UUID,
    number: int,
    *,
    instead_of: str | None = None,
) -> Coming:
    """Of two who begin at once, the second takes over what the first began."""
    key = arrival_key(owner_id, upload_id)
    token = storage.begin(key)
    file = file_of(session, locked_upload(session, owner_id, upload_id), number)
    ours = Coming(key, token, size=file.bytes, part=file.part_bytes)
    if file.token == instead_of:
        file.key, file.token = key, token
    session.commit()
    coming = coming_of(file)
    if coming is None or coming.token != token:
        storage.abandon(ours)
    return coming or ours


def _is_here(storage: Storage, coming: Coming) -> bool:
    """Joined already, though whoever asked for it never heard so."""
    try:
        return storage.head(coming.key).size == coming.size
    except MissingObject:
        return False
