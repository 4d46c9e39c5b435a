"""Long lists, a page at a time, from where the last one ended: what comes and goes meanwhile shifts nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from app.domain.states import OVER
from app.models import Job, Mosaic, Photo, Source, TileSet

Dated = TypeVar("Dated", Photo, TileSet, Mosaic, Job, Source)


@dataclass(frozen=True)
class Mark:
    """The last row of a page: the next one begins behind it."""

    created_at: datetime
    id: UUID


@dataclass(frozen=True)
class Stretch(Generic[Dated]):
    """Rows, and where to go on; None at the end."""

    rows: Sequence[Dated]
    end: Mark | None


def photos_of(session: Session, owner_id: UUID, after: Mark | None, limit: int) -> Stretch[Photo]:
    """The owner's own, newest first."""
    return _newest(session, Photo, Photo.owner_id == owner_id, after, limit)


def tile_sets_of(
    session: Session, owner_id: UUID, after: Mark | None, limit: int
) -> Stretch[TileSet]:
    """The owner's own and the shared ones, newest first."""
    seen = or_(TileSet.owner_id == owner_id, TileSet.shared)
    return _newest(session, TileSet, seen, after, limit)


def mosaics_of(session: Session, owner_id: UUID, after: Mark | None, limit: int) -> Stretch[Mosaic]:
    """The owner's own, newest first."""
    return _newest(session, Mosaic, Mosaic.owner_id == owner_id, after, limit)


def jobs_of(session: Session, owner_id: UUID, after: Mark | None, limit: int) -> Stretch[Job]:
    """What is under way for the owner, newest first; parts of a job go with it."""
    under_way = and_(Job.owner_id == owner_id, Job.state.not_in(OVER), Job.part.is_(None))
    return _newest(session, Job, under_way, after, limit)


def sources_in(
    session: Session, tile_set: TileSet, after: Mark | None, limit: int
) -> Stretch[Source]:
    """What was put into a set that the caller has already looked up, newest first."""
    return _newest(session, Source, Source.tile_set_id == tile_set.id, after, limit)


def jobs_of_sources(session: Session, sources: Iterable[Source]) -> dict[UUID, Job]:
    """The job that reads each of these, by the id of the source."""
    ids = [source.id for source in sources]
    jobs = session.scalars(select(Job).where(Job.source_id.in_(ids), Job.part.is_(None)))
    return {job.source_id: job for job in jobs if job.source_id}


def _newest(
    session: Session,
    model: type[Dated],
    which: ColumnElement[bool],
    after: Mark | None,
    limit: int,
) -> Stretch[Dated]:
    query = select(model).where(which)
    if after is not None:
        older = model.created_at < after.created_at
        beside = and_(model.created_at == after.created_at, model.id > after.id)
        query = query.where(or_(older, beside))
    rows = session.scalars(query.order_by(model.created_at.desc(), model.id).limit(limit + 1)).all()
    more = len(rows) > limit
    last = rows[limit - 1] if more else None
    return Stretch(rows[:limit], Mark(last.created_at, last.id) if last else None)
