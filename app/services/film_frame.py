"""The frame of the film that a tile was cut from, and the seconds around it: cut out by a worker when first asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.domain.errors import NotFound, ServiceDown
from app.domain.states import OVER, QUEUE_OF, JobKind, JobState
from app.models import Clip, Job, Pack, SourceFile, Still, Tile
from app.queue import Doorbell
from app.services.browse import tile_place, tile_set_for

NO_FILM = "There is no film behind this tile."
NOT_SHOWN = "The film behind this tile could not be shown. The tile is safe."
# More than a page shows at once; whoever asks for every frame of a film waits for them one by one.
WAITING_MOST = 8


@dataclass(frozen=True)
class Frame:
    """Where a tile was cut from: a film, by the number of its file in a source, and a time in it."""

    source_id: UUID
    film: int
    time_ms: int


@dataclass(frozen=True)
class Sight:
    """What is cut out of films: a table that says what was, and the job that does it."""

    table: type[Still | Clip]
    job: JobKind


STILL = Sight(Still, JobKind.SHOW_FRAME)
CLIP = Sight(Clip, JobKind.SHOW_CLIP)


@dataclass(frozen=True)
class Asked:
    """A frame, what is wanted of it, and the job that is to show it; None: it is there."""

    frame: Frame
    sight: Sight
    job_id: UUID | None


def frame_behind(session: Session, tile: Tile, pack: Pack) -> Frame | None:
    """Of a tile that the caller has already looked up; None where it is of no film, or of one that was not kept."""
    if pack.film is None or tile.time_ms is None:
        return None
    file = session.get(SourceFile, (tile.source_id, pack.film))
    return Frame(tile.source_id, pack.film, tile.time_ms) if file and file.kept else None


def ask_for_frame(
    session: Session,
    doorbell: Doorbell,
    *,
    owner_id: UUID,
    tile_set_id: UUID,
    number: int,
    sight: Sight = STILL,
) -> Asked:
    """Have the frame behind a tile, or its clip, cut out, where it is not there yet. Commits, then rings.

    Raises NotFound (not this owner's to see, or no film), ServiceDown (too many are waited for).
    """
    tile, pack = tile_place(session, owner_id, tile_set_id, number)
    frame = frame_behind(session, tile, pack)
    if frame is None:
        raise NotFound(NO_FILM)
    if seen(session, sight, frame):
        return Asked(frame, sight, None)
    tile_set = tile_set_for(session, owner_id, tile_set_id)
    mine = (Job.tile_set_id == tile_set.id, Job.kind == sight.job)
    session.execute(delete(Job).where(*mine, Job.state.in_(OVER)))
    key = f"{sight.job} {frame.source_id} {frame.film} {frame.time_ms}"
    job = {
        "id": uuid4(),
        "owner_id": tile_set.owner_id,
        "kind": sight.job,
        "queue": QUEUE_OF[sight.job],
        "tile_set_id": tile_set.id,
        "details": {
            "source": str(frame.source_id),
            "film": frame.film,
            "time_ms": frame.time_ms,
        },
        "idempotency_key": key,
    }
    session.execute(insert(Job).values(job).on_conflict_do_nothing())
    if (session.scalar(select(func.count()).select_from(Job).where(*mine)) or 0) > WAITING_MOST:
        session.rollback()
        raise ServiceDown("too many frames are waited for")
    job_id = session.scalars(select(Job.id).where(*mine, Job.idempotency_key == key)).one()
    session.commit()
    doorbell.ring(QUEUE_OF[sight.job])
    return Asked(frame, sight, job_id)


def look_for_frame(session: Session, asked: Asked) -> Still | Clip | None:
    """What was asked for, None while it is not there. Raises NotFound where it will never be."""
    session.rollback()  # what others have written since is seen
    job = session.execute(select(Job.state, Job.error).where(Job.id == asked.job_id)).one_or_none()
    # Looked for after its job: that is over in the same transaction in which the frame is there.
    found = seen(session, asked.sight, asked.frame)
    if found is None and (job is None or JobState(job.state).is_over):
        raise NotFound(job.error if job and job.error else NOT_SHOWN)
    return found


def seen(session: Session, sight: Sight, frame: Frame) -> Still | Clip | None:
    """What somebody has asked for before."""
    place = (frame.source_id, frame.film, frame.time_ms)
    return cast("Still | Clip | None", session.get(sight.table, place))
