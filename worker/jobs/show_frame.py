"""Cut a frame, or the seconds around it, out of a film that is kept, for somebody who looks at a tile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.models import Clip, Job, SourceFile, Still
from app.services import job_table
from app.services.job_table import Claimed
from app.services.keys import clip_key, still_key
from engine.clip import is_mp4
from engine.splice import excerpt, still
from worker.context import Context
from worker.errors import JobLost
from worker.jobs.results import results
from worker.progress import Progress

# Two seconds on both sides: enough to know a scene again, and cut in a second or two.
AROUND_MS = 2_000


@dataclass(frozen=True)
class Cut:
    """What came out of a film, and the columns of its row that others have not."""

    body: bytes
    content_type: str
    columns: dict[str, str]


def show_frame(context: Context, job: Claimed, progress: Progress) -> None:
    """Run a SHOW_FRAME job. Raises JobLost where the film is gone, Unreadable, MissingObject, StorageDown."""
    progress("Looking for the frame", 0.0)
    _show(context, job, _frame, Still, still_key)


def show_clip(context: Context, job: Claimed, progress: Progress) -> None:
    """Run a SHOW_CLIP job; raises as `show_frame`."""
    progress("Cutting the clip", 0.0)
    _show(context, job, _clip, Clip, clip_key)


def _frame(path: Path, time_ms: int) -> Cut:
    return Cut(still(path, time_ms), "image/jpeg", {})


def _clip(path: Path, time_ms: int) -> Cut:
    body = excerpt(path, time_ms - AROUND_MS, time_ms + AROUND_MS)
    content_type = "video/mp4" if is_mp4(body) else "video/webm"
    return Cut(body, content_type, {"content_type": content_type})


def _show(
    context: Context,
    job: Claimed,
    cut: Callable[[Path, int], Cut],
    table: type[Still | Clip],
    key_of: Callable[[UUID, UUID, UUID], str],
) -> None:
    time_ms = (job.details or {})["time_ms"]
    with context.sessions() as session:
        row = session.get(Job, job.id)
        film = _film(session, job)
    if row is None or row.tile_set_id is None:
        raise JobLost
    with context.cache.film(film) as path:
        found = cut(path, time_ms)
    key = key_of(job.owner_id, row.tile_set_id, job.token)
    place = {"source_id": film.source_id, "film": film.number, "time_ms": time_ms}
    with results(context.storage) as written:
        written.put(key, found.body, found.content_type)
        with context.sessions.begin() as session:
            _film(session, job, locked=True)
            session.execute(insert(table).values(key=key, **place, **found.columns))
            if not job_table.finish(session, job):
                raise JobLost


def _film(session: Session, job: Claimed, *, locked: bool = False) -> SourceFile:
    """Locked, so that whoever removes the film meanwhile takes what was cut out of it along."""
    details = job.details or {}
    place = (UUID(details["source"]), details["film"])
    film = session.get(SourceFile, place, with_for_update=locked)
    if film is None:
        raise JobLost
    return film
