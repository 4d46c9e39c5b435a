"""Survey a tile set after a change: draw the sheets of its wall, count its colours and what is alike, wipe out what was removed."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.colors import BOX, LIGHTEST
from app.models import Job, Tile, TileSet
from app.services import job_table
from app.services.job_table import Claimed
from app.services.keys import strip_key
from app.services.tile_bytes import jpegs, places_of
from app.storage.forget import forget_objects
from worker.context import Context
from worker.errors import JobLost
from worker.jobs.near import near_in
from worker.jobs.packs_wiped import wipe_packs
from worker.jobs.results import Results, results
from worker.jobs.sheet_objects import Drawing, Drawn, replace_sheets
from worker.jobs.strip import STRIP_TILES, strip_of
from worker.progress import Progress

DRAWING = "Drawing the wall"
COMPARING = "Looking for tiles that are alike"
WIPING = "Wiping out what was removed"


@dataclass(frozen=True)
class Subject:
    """The set as it was when the survey began."""

    id: UUID
    generation: int
    next_number: int


def survey_set(context: Context, job: Claimed, progress: Progress) -> None:
    """Run a SURVEY_SET job. Raises JobLost where the set is gone or the job no longer ours."""
    with context.sessions() as session:
        subject = _subject(session, job)
    with results(context.storage) as written:
        drawing = Drawing(context, subject.id, subject.next_number)
        drawn = drawing.run(
            written, job.owner_id, job.token, lambda share: progress(DRAWING, 0.9 * share)
        )
        strip = _draw_strip(context, written, job, subject)
        progress(COMPARING, 0.92)
        near = near_in(context, subject.id)
        progress(WIPING, 0.95)
        wiped = wipe_packs(context, subject.id)
        with context.sessions.begin() as session:
            forgotten = _save(session, job, subject, drawn, strip)
            wiped.save(session)
            near.save(session)
    forget_objects(context.storage, forgotten)


def colors_of(session: Session, tile_set_id: UUID) -> list[list[int]]:
    """How many tiles there are in each box of colours, as they are kept in the row of a set."""
    light, *rest = (
        func.floor(part / (10.0 * BOX)) for part in (Tile.lab_l, Tile.lab_a, Tile.lab_b)
    )
    boxes = [func.least(light, LIGHTEST), *rest]
    counted = (
        select(*boxes, func.count())
        .where(Tile.tile_set_id == tile_set_id, Tile.lab_l.is_not(None))
        .group_by(*boxes)
        .order_by(*boxes)
    )
    return [[int(part) for part in row] for row in session.execute(counted)]


def _subject(session: Session, job: Claimed) -> Subject:
    row = session.get(Job, job.id)
    tile_set = session.get(TileSet, row.tile_set_id) if row else None
    if tile_set is None:
        raise JobLost
    return Subject(tile_set.id, tile_set.generation, tile_set.next_number)


def _draw_strip(context: Context, written: Results, job: Claimed, subject: Subject) -> str | None:
    """A fair sample of the set as it is now: tiles at even distances."""
    with context.sessions() as session:
        rank = func.row_number().over(order_by=Tile.number).label("rank")
        ranked = select(Tile.number, rank).where(Tile.tile_set_id == subject.id).subquery()
        total = select(func.count()).select_from(ranked).scalar_subquery()
        step = func.greatest(1, total // STRIP_TILES)
        chosen = select(ranked.c.number).where((ranked.c.rank - 1) % step == 0).limit(STRIP_TILES)
        places = places_of(session, subject.id, session.scalars(chosen).all())
    if not places:
        return None
    strip = strip_of([jpeg for _, jpeg in jpegs(context.storage, places)])
    return written.put(strip_key(job.owner_id, subject.id, job.token), strip, "image/jpeg")


def _save(
    session: Session, job: Claimed, subject: Subject, drawn: Drawn, strip: str | None
) -> list[str]:
    """Write all rows and finish the job. Returns keys of objects that nothing refers to any more."""
    # Locked: what is removed meanwhile is removed before, and left out here, or after.
    tile_set = session.get(TileSet, subject.id, with_for_update=True)
    if tile_set is None or not job_table.finish(session, job):
        raise JobLost
    forgotten = [tile_set.strip_key] if tile_set.strip_key else []
    tile_set.strip_key = strip
    tile_set.colors = colors_of(session, subject.id)
    tile_set.surveyed = max(tile_set.surveyed, subject.generation)
    return forgotten + replace_sheets(session, subject.id, drawn)
