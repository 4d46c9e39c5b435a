"""Everything an owner may look at. Every query filters by owner; what is somebody else's is not found.

What the system owner has (the sample set, the sample photos, the example) everybody may see; `mine=True` leaves it
out, for whatever changes things.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.errors import NotFound
from app.domain.limits import SYSTEM_OWNER
from app.domain.states import UploadState
from app.models import (
    Job,
    Mosaic,
    Pack,
    Photo,
    Refusal,
    Source,
    Tile,
    TileSet,
    Upload,
    UploadFile,
)

Owned = TypeVar("Owned", Photo, TileSet, Mosaic, Job)


@dataclass(frozen=True)
class SourceView:
    """A source with the job that reads it."""

    source: Source
    job: Job


@dataclass(frozen=True)
class UploadView:
    """An open upload: how many of its files are here, and what has to be chosen again."""

    id: UUID
    here: int
    here_bytes: int
    waiting: int
    waiting_names: Sequence[str]


def photo_for(session: Session, owner_id: UUID, photo_id: UUID) -> Photo:
    """Raises NotFound."""
    return _one(session, Photo, owner_id, photo_id, "photo")


def tile_set_for(
    session: Session, owner_id: UUID, tile_set_id: UUID, *, mine: bool = False
) -> TileSet:
    """Raises NotFound."""
    return _one(session, TileSet, owner_id, tile_set_id, "tile set", mine=mine)


def mosaic_for(session: Session, owner_id: UUID, mosaic_id: UUID, *, mine: bool = False) -> Mosaic:
    """Raises NotFound."""
    return _one(session, Mosaic, owner_id, mosaic_id, "mosaic", mine=mine)


def job_for(session: Session, owner_id: UUID, job_id: UUID, *, mine: bool = False) -> Job:
    """Raises NotFound."""
    return _one(session, Job, owner_id, job_id, "job", mine=mine)


def sample_photos(session: Session) -> Sequence[Photo]:
    """The photos that come with Tessera, in the order they were added."""
    return session.scalars(
        select(Photo).where(Photo.owner_id == SYSTEM_OWNER).order_by(Photo.created_at)
    ).all()


def tile_sets_of(session: Session, owner_id: UUID) -> Sequence[TileSet]:
    """The owner's own, newest first, then the shared ones."""
    own_first = (TileSet.owner_id == SYSTEM_OWNER).asc()
    return session.scalars(
        select(TileSet)
        .where(TileSet.owner_id.in_([owner_id, SYSTEM_OWNER]))
        .order_by(own_first, TileSet.created_at.desc())
    ).all()


def mosaics_of(
    session: Session, owner_id: UUID, *, limit: int = 60, offset: int = 0
) -> Sequence[Mosaic]:
    """The owner's own, newest first."""
    return session.scalars(
        select(Mosaic)
        .where(Mosaic.owner_id == owner_id)
        .order_by(Mosaic.created_at.desc(), Mosaic.id)
        .limit(limit)
        .offset(offset)
    ).all()


def count_mosaics_of(session: Session, owner_id: UUID) -> int:
    """How many there are, for the pages of the gallery."""
    return (
        session.scalar(select(func.count()).select_from(Mosaic).where(Mosaic.owner_id == owner_id))
        or 0
    )


def example_mosaic(session: Session) -> Mosaic | None:
    """The newest finished mosaic of the system owner."""
    found: Mosaic | None = session.scalar(
        select(Mosaic)
        .where(Mosaic.owner_id == SYSTEM_OWNER, Mosaic.jpeg_key.is_not(None))
        .order_by(Mosaic.created_at.desc())
        .limit(1)
    )
    return found


def sources_of(session: Session, tile_set: TileSet) -> list[SourceView]:
    """What was put into a set that the caller has already looked up, newest first."""
    rows = session.execute(
        select(Source, Job)
        .join(Job, Job.source_id == Source.id)
        .where(Source.tile_set_id == tile_set.id)
        .order_by(Source.created_at.desc())
    )
    return [SourceView(source, job) for source, job in rows]


def open_upload_of(session: Session, tile_set: TileSet, *, names: int = 8) -> UploadView | None:
    """What was interrupted in a set that the caller has already looked up; None where nothing was, or nothing named."""
    here = func.count().filter(UploadFile.whole)
    found = session.execute(
        select(Upload.id, here, func.sum(UploadFile.bytes).filter(UploadFile.whole), func.count())
        .join(UploadFile, UploadFile.upload_id == Upload.id)
        .where(Upload.tile_set_id == tile_set.id, Upload.state == UploadState.OPEN)
        .group_by(Upload.id)
    ).one_or_none()
    if found is None:
        return None
    upload_id, here_count, here_bytes, count = found
    waiting = session.scalars(
        select(UploadFile.name)
        .where(UploadFile.upload_id == upload_id, ~UploadFile.whole)
        .order_by(UploadFile.bytes.desc(), UploadFile.number)
        .limit(names)
    ).all()
    return UploadView(upload_id, here_count, int(here_bytes or 0), count - here_count, waiting)


def refusals_of(session: Session, source: Source) -> Sequence[Refusal]:
    """The refused files of a source that the caller has already looked up."""
    return session.scalars(
        select(Refusal).where(Refusal.source_id == source.id).order_by(Refusal.number)
    ).all()


def tile_place(
    session: Session, owner_id: UUID, tile_set_id: UUID, number: int
) -> tuple[Tile, Pack]:
    """A tile and the pack it lies in. Raises NotFound."""
    row = session.execute(
        select(Tile, Pack)
        .join(Pack, Pack.id == Tile.pack_id)
        .join(TileSet, TileSet.id == Tile.tile_set_id)
        .where(
            Tile.tile_set_id == tile_set_id,
            Tile.number == number,
            TileSet.owner_id.in_([owner_id, SYSTEM_OWNER]),
        )
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such tile here. It may have been deleted.")
    return row[0], row[1]


def _one(
    session: Session,
    model: type[Owned],
    owner_id: UUID,
    row_id: UUID,
    what: str,
    *,
    mine: bool = False,
) -> Owned:
    owners = [owner_id] if mine else [owner_id, SYSTEM_OWNER]
    found: Owned | None = session.scalar(
        select(model).where(model.id == row_id, model.owner_id.in_(owners))
    )
    if found is None:
        raise NotFound(
            f"There is no such {what} here. It may have been deleted, or belong to another session."
        )
    return found
