"""Cut a frame out of a film that is kept, for somebody who looks at a tile."""

from __future__ import annotations

import tempfile
from pathlib import Path
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.models import Job, SourceFile, Still
from app.services import job_table
from app.services.job_table import Claimed
from app.services.keys import still_key
from engine.splice import still
from worker.context import Context
from worker.errors import JobLost
from worker.jobs.results import results
from worker.progress import Progress

SHOWING = "Looking for the frame"


def show_frame(context: Context, job: Claimed, progress: Progress) -> None:
    """Run a SHOW_FRAME job. Raises JobLost where the film is gone, Unreadable, MissingObject, StorageDown."""
    progress(SHOWING, 0.0)
    time_ms = (job.details or {})["time_ms"]
    with context.sessions() as session:
        row = session.get(Job, job.id)
        film = _film(session, job)
    if row is None or row.tile_set_id is None:
        raise JobLost
    with context.storage.local(film.key, Path(tempfile.gettempdir())) as path:
        jpeg = still(path, time_ms)
    with results(context.storage) as written:
        key = still_key(job.owner_id, row.tile_set_id, job.token)
        written.put(key, jpeg, "image/jpeg")
        with context.sessions.begin() as session:
            _film(session, job, locked=True)
            session.execute(
                insert(Still).values(
                    source_id=film.source_id, film=film.number, time_ms=time_ms, key=key
                )
            )
            if not job_table.finish(session, job):
                raise JobLost


def _film(session: Session, job: Claimed, *, locked: bool = False) -> SourceFile:
    """Locked, so that whoever removes the film meanwhile takes its still along."""
    details = job.details or {}
    place = (UUID(details["source"]), details["film"])
    film = session.get(SourceFile, place, with_for_update=locked)
    if film is None:
        raise JobLost
    return film
