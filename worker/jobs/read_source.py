"""Read one upload into a tile set: plan it, and share it among all workers where it is large."""

from __future__ import annotations

from sqlalchemy import select

from app.domain.sources import SourceKind
from app.domain.states import JobKind, Queue
from app.models import SourceFile, TileSet
from app.services import job_parts
from app.services.job_table import Claimed
from worker.context import Context
from worker.errors import JobLost
from worker.jobs.found import reserved, source_of
from worker.jobs.parts import ReadPart, plan_parts
from worker.jobs.read_part import READING, read_into
from worker.progress import Progress

PLANNING = "Looking into the upload"
# Each worker that hears a bell rings again when it is done; this many get to work at once.
BELLS = 16


def read_source(context: Context, job: Claimed, progress: Progress) -> None:
    """Run a READ_SOURCE job. Raises JobLost where the source is gone or the job no longer ours."""
    progress(PLANNING, 0.0)
    with context.sessions() as session:
        files = session.scalars(
            select(SourceFile)
            .where(SourceFile.source_id == job.source_id)
            .order_by(SourceFile.number)
        ).all()
    parts = plan_parts(context.storage, files) or [ReadPart(0, [])]
    _reserve(context, job, parts)
    if len(parts) == 1 and not parts[0].film:
        read_into(context, job, progress, parts[0])
        return
    with context.sessions.begin() as session:
        details = [part.as_json() for part in parts]
        if not job_parts.split(session, job, JobKind.READ_PART, details, READING):
            raise JobLost
    for _ in parts[:BELLS]:
        context.doorbell.ring(Queue.LIBRARIES)


def _reserve(context: Context, job: Claimed, parts: list[ReadPart]) -> None:
    """Numbers for all tiles that may come, so that tiles stand in the order of the files, whoever is first."""
    with context.sessions.begin() as session:
        source = source_of(session, job)
        count = sum(part.tiles for part in parts)
        first = reserved(session, source.tile_set_id, count)
        if all(part.film for part in parts):
            source.kind = SourceKind.FILM
        elif any(piece.table for part in parts for piece in part.pieces):
            source.kind = SourceKind.SET
        if any(part.film for part in parts) and source.films is None:
            source.films = session.get_one(TileSet, source.tile_set_id).films
    for part in parts:
        part.position += first
