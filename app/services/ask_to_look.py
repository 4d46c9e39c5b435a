"""Ask a worker to look at photos and tile sets: at their colours, and for a set at what its wall needs.

Whoever changes a set counts its generation up, and that is all: the sweeper finds sets that were not surveyed since, as
it finds photos that nobody looked at. Asking at once, from a request, saves the seconds until it does.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Exists, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.domain.states import OVER, QUEUE_OF, JobKind
from app.models import Job, Photo, Source, TileSet
from app.queue import Doorbell


def ask_to_look(session: Session) -> None:
    """Queue a look at every photo and every set that waits for one. The caller commits."""
    asked = select(Job.id).where(Job.photo_id == Photo.id).exists()
    photos = select(Photo.id, Photo.owner_id).where(Photo.colors.is_(None), ~asked)
    _insert(session, (_look(*photo) for photo in session.execute(photos)))
    sets = select(TileSet.id, TileSet.owner_id, TileSet.generation).where(
        TileSet.surveyed != TileSet.generation, ~_being_read(TileSet.id)
    )
    _insert(session, (_survey(*tile_set) for tile_set in session.execute(sets)))


def look_at_photo(session: Session, doorbell: Doorbell, photo: Photo) -> None:
    """Have the colours of a photo found soon. Commits, then rings."""
    if photo.colors is None:
        _insert(session, [_look(photo.id, photo.owner_id)])
        session.commit()
        doorbell.ring(QUEUE_OF[JobKind.LOOK_AT_PHOTO])


def survey_set(session: Session, doorbell: Doorbell, tile_set: TileSet) -> None:
    """Have a set that was changed surveyed soon. Commits, then rings."""
    over = delete(Job).where(Job.tile_set_id == tile_set.id, Job.state.in_(OVER))
    session.execute(over.execution_options(synchronize_session=False))
    if not session.scalar(select(_being_read(tile_set.id))):
        _insert(session, [_survey(tile_set.id, tile_set.owner_id, tile_set.generation)])
    session.commit()
    doorbell.ring(QUEUE_OF[JobKind.SURVEY_SET])


def _being_read(tile_set_id: Any) -> Exists:
    """Something is being read into the set: it changes every few seconds, and one survey at the end is enough."""
    sources = select(Source.id).where(Source.tile_set_id == tile_set_id)
    return select(Job.id).where(Job.source_id.in_(sources), Job.state.not_in(OVER)).exists()


def _look(photo_id: UUID, owner_id: UUID) -> dict[str, Any]:
    return _job(JobKind.LOOK_AT_PHOTO, owner_id, f"look {photo_id}", photo_id=photo_id)


def _survey(tile_set_id: UUID, owner_id: UUID, generation: int) -> dict[str, Any]:
    key = f"survey {tile_set_id} {generation}"
    return _job(JobKind.SURVEY_SET, owner_id, key, tile_set_id=tile_set_id)


def _job(kind: JobKind, owner_id: UUID, key: str, **subject: UUID) -> dict[str, Any]:
    return {
        "id": uuid4(),
        "owner_id": owner_id,
        "kind": kind,
        "queue": QUEUE_OF[kind],
        "idempotency_key": key,
        **subject,
    }


def _insert(session: Session, jobs: Iterable[dict[str, Any]]) -> None:
    """Each once: what was asked for before, and failed, is not asked for again."""
    for job in jobs:
        session.execute(insert(Job).values(job).on_conflict_do_nothing())
