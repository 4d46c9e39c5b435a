"""Everything an owner may look at. Every query filters by owner; what is somebody else's is not found.

Shared tile sets, and what the system owner has (the sample photos, the example), everybody may see; `mine=True` leaves
them out, for whatever changes things.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from app.domain.errors import NotFound
from app.domain.limits import SYSTEM_OWNER
from app.domain.states import OVER
from app.models import Job, Mosaic, Pack, Photo, Refusal, Source, Takeaway, Tile, TileSet, Version

Owned = TypeVar("Owned", Photo, TileSet, Mosaic, Job, Version, Takeaway)


@dataclass(frozen=True)
class SourceView:
    """A source with the job that reads it."""

    source: Source
    job: Job


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
    own_first = (TileSet.owner_id == owner_id).desc()
    return session.scalars(
        select(TileSet)
        .where(_may_see(TileSet, owner_id))
        .order_by(own_first, TileSet.created_at.desc())
    ).all()


def version_for(session: Session, owner_id: UUID, version_id: UUID) -> Version:
    """Raises NotFound."""
    return _one(session, Version, owner_id, version_id, "version", mine=True)


def versions_of(session: Session, owner_id: UUID, mosaic: Mosaic) -> Sequence[Version]:
    """What this owner kept of a mosaic that the caller has already looked up, in that order."""
    return session.scalars(
        select(Version)
        .where(Version.mosaic_id == mosaic.id, Version.owner_id == owner_id)
        .order_by(Version.created_at, Version.id)
    ).all()


def takeaway_for(session: Session, owner_id: UUID, takeaway_id: UUID) -> Takeaway:
    """Raises NotFound."""
    return _one(session, Takeaway, owner_id, takeaway_id, "download", mine=True)


def takeaways_of(session: Session, owner_id: UUID, mosaic: Mosaic) -> Sequence[Takeaway]:
    """What this owner had made of a mosaic that the caller has already looked up, newest first."""
    return session.scalars(
        select(Takeaway)
        .where(Takeaway.mosaic_id == mosaic.id, Takeaway.owner_id == owner_id)
        .order_by(Takeaway.created_at.desc(), Takeaway.id)
    ).all()


def renders_of(session: Session, owner_id: UUID, mosaic: Mosaic) -> Sequence[Mosaic]:
    """The owner's mosaics that are being made of the photo and the tiles of one that was looked up, newest first."""
    return session.scalars(
        select(Mosaic)
        .join(Job, Job.mosaic_id == Mosaic.id)
        .where(
            Mosaic.owner_id == owner_id,
            Mosaic.photo_id == mosaic.photo_id,
            Mosaic.tile_set_id == mosaic.tile_set_id,
            Job.state.not_in(OVER),
        )
        .order_by(Mosaic.created_at.desc())
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
        .join(Job, (Job.source_id == Source.id) & Job.part.is_(None))
        .where(Source.tile_set_id == tile_set.id)
        .order_by(Source.created_at.desc())
    )
    return [SourceView(source, job) for source, job in rows]


def count_tiles_of(session: Session, source: Source) -> int:
    """How many tiles of a source that the caller has already looked up are still there."""
    tiles = select(func.count()).select_from(Tile).where(Tile.source_id == source.id)
    return session.scalar(tiles) or 0


def is_mine(tile_set: TileSet, owner_id: UUID) -> bool:
    """Whether this owner may change a set that the caller has already looked up."""
    return tile_set.owner_id == owner_id and not tile_set.shared


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
            _may_see(TileSet, owner_id),
        )
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such tile here. It may have been deleted.")
    return row[0], row[1]


def _may_see(model: type[Any], owner_id: UUID) -> ColumnElement[bool]:
    shared = TileSet.shared if model is TileSet else model.owner_id == SYSTEM_OWNER
    return or_(model.owner_id == owner_id, shared)


def _may_change(model: type[Any], owner_id: UUID) -> ColumnElement[bool]:
    """Not even its owner changes a shared set, except the operator, who fills it as the system owner."""
    if model is TileSet and owner_id != SYSTEM_OWNER:
        return and_(TileSet.owner_id == owner_id, ~TileSet.shared)
    mine: ColumnElement[bool] = model.owner_id == owner_id
    return mine


def _one(
    session: Session,
    model: type[Owned],
    owner_id: UUID,
    row_id: UUID,
    what: str,
    *,
    mine: bool = False,
) -> Owned:
    allowed = _may_change(model, owner_id) if mine else _may_see(model, owner_id)
    found: Owned | None = session.scalar(select(model).where(model.id == row_id, allowed))
    if found is None:
        raise NotFound(
            f"There is no such {what} here. It may have been deleted, or belong to another session."
        )
    return found
