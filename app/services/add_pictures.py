"""Take pictures or zips for a tile set: objects first, then one transaction, then the doorbell."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.domain import limits
from app.domain.errors import BadInput, TooBig
from app.domain.names import shown_name
from app.domain.sources import SourceKind
from app.domain.states import QUEUE_OF, JobKind
from app.models import Job, Source, SourceFile
from app.queue import Doorbell
from app.services.browse import tile_set_for
from app.services.keys import upload_key
from app.services.quotas import check_tiles, look_for_room, no_room_without, take_room
from app.storage.base import Storage
from app.storage.forget import forget_objects


def add_pictures(
    session: Session,
    storage: Storage,
    doorbell: Doorbell,
    *,
    owner_id: UUID,
    tile_set_id: UUID,
    files: Iterable[tuple[str, BinaryIO]],
    idempotency_key: str,
    kind: SourceKind | None = None,
) -> Source:
    """Store one upload as a source and queue its reading. The same idempotency key again gives the same source.

    Which files are pictures is found out by the worker that reads them; each one it cannot take is listed with
    its reason. Raises NotFound (not this owner's set), BadInput (nothing chosen), TooBig (too many files), OverQuota, TooMany.
    """
    tile_set = tile_set_for(session, owner_id, tile_set_id, mine=True)
    if known := _known(session, owner_id, idempotency_key):
        return known
    files = list(files)
    _check_count(len(files))
    size = sum(stream.seek(0, 2) for _, stream in files)
    check_tiles(session, owner_id)
    look_for_room(session, owner_id, more=size, jobs=1)
    source_id = uuid4()
    stored = _store(storage, owner_id, source_id, files)
    with no_room_without(storage, [file.key for file in stored]):
        take_room(session, owner_id, more=size, jobs=1)
    try:
        source = source_from_upload(
            session,
            owner_id=owner_id,
            tile_set_id=tile_set.id,
            source_id=source_id,
            name=stored[0].name if len(stored) == 1 else f"{len(stored):,} files",
            files=stored,
            idempotency_key=idempotency_key,
            kind=kind,
        )
        session.commit()
    except IntegrityError:  # sent twice at once, or the set was deleted meanwhile
        session.rollback()
        forget_objects(storage, [file.key for file in stored])
        if known := _known(session, owner_id, idempotency_key):
            return known
        tile_set_for(session, owner_id, tile_set_id, mine=True)
        raise
    doorbell.ring(QUEUE_OF[JobKind.READ_SOURCE])
    return source


def source_from_upload(
    session: Session,
    *,
    owner_id: UUID,
    tile_set_id: UUID,
    source_id: UUID,
    name: str,
    files: list[SourceFile],
    idempotency_key: str,
    kind: SourceKind | None = None,
) -> Source:
    """Insert a source whose files are stored already, and the job that reads it; the caller commits, then rings.

    Raises IntegrityError where the idempotency key was used before or the set is gone.
    """
    source = Source(
        id=source_id,
        owner_id=owner_id,
        tile_set_id=tile_set_id,
        kind=kind or _kind(name),
        name=name,
        bytes=sum(file.bytes for file in files),
    )
    job = Job(
        owner_id=owner_id,
        kind=JobKind.READ_SOURCE,
        queue=QUEUE_OF[JobKind.READ_SOURCE],
        source_id=source_id,
        idempotency_key=idempotency_key,
    )
    session.add(source)
    session.flush()
    for file in files:
        file.source_id = source_id
    session.add_all([job, *files])
    session.flush()
    return source


def _kind(name: str) -> SourceKind:
    """By the name alone, which says so where one zip is all there is; what is in it shows when it is read."""
    return SourceKind.ZIP if name.lower().endswith(".zip") else SourceKind.PICTURES


def _check_count(files: int) -> None:
    if not files:
        raise BadInput(
            "No file was chosen. Choose pictures, zips of them, or films.", field="files"
        )
    if files > limits.UPLOAD_MAX_FILES:
        raise TooBig(
            f"One upload takes up to {limits.UPLOAD_MAX_FILES:,} files; these are {files:,}. "
            "Put them into a zip, or send them in parts.",
            field="files",
        )


def _store(
    storage: Storage, owner_id: UUID, source_id: UUID, files: list[tuple[str, BinaryIO]]
) -> list[SourceFile]:
    stored: list[SourceFile] = []
    for number, (name, stream) in enumerate(files):
        key = upload_key(owner_id, source_id, number)
        size = stream.seek(0, 2)
        stream.seek(0)
        storage.put(key, stream)
        stored.append(
            SourceFile(
                source_id=source_id,
                number=number,
                name=shown_name(name, otherwise="file"),
                key=key,
                bytes=size,
            )
        )
    return stored


def _known(session: Session, owner_id: UUID, idempotency_key: str) -> Source | None:
    found: Source | None = session.scalar(
        select(Source)
        .join(Job, Job.source_id == Source.id)
        .where(Job.owner_id == owner_id, Job.idempotency_key == idempotency_key)
    )
    return found
