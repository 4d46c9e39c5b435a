"""Read one part of an upload: decode, pack, and one transaction that makes its tiles visible."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Pack, Source, SourceFile, TileSet
from app.services.job_table import Claimed
from app.services.quotas import no_more_tiles, tiles_left
from app.storage.forget import forget_objects
from worker.context import Context
from worker.jobs.found import CROPS, Found, Known, source_of
from worker.jobs.packing import Packer
from worker.jobs.parts import ReadPart
from worker.jobs.pieces import Reader
from worker.jobs.read_film import read_film
from worker.jobs.results import results
from worker.jobs.save_tiles import save_tiles
from worker.progress import Progress

READING = "Reading pictures"
SAVING = "Saving the tiles"
# Reading is nearly all of the time; the rest is rows.
READ_SHARE = 0.95


def read_part(context: Context, job: Claimed, progress: Progress) -> None:
    """Run a READ_PART job. Raises JobLost where the source is gone or the job no longer ours."""
    part = ReadPart.from_json(job.details or {})
    if _turned_away(context, job, part):
        return
    if part.film:
        read_film(context, job, progress, part)
    else:
        read_into(context, job, progress, part)


def _turned_away(context: Context, job: Claimed, part: ReadPart) -> bool:
    """Where the owner has as many tiles as may be, nothing is read in vain: the part is over, and says why.

    A film that was begun ends with its next tiles, which are counted with those that it gave.
    """
    with context.sessions() as session:
        source = source_of(session, job)
        begun = part.film and part.film.details
        if begun or tiles_left(session, source.owner_id) != 0:
            return False
        reason = no_more_tiles(session)
    found = Found(part.position, part.tiles)
    found.turn_away(part.tiles, part.says, reason)
    with results(context.storage) as written, context.sessions.begin() as session:
        packer = Packer(written, job.owner_id, source.tile_set_id, job.token, part.position)
        save_tiles(session, job, source, packer, found, written=written)
    return True


def read_into(context: Context, job: Claimed, progress: Progress, part: ReadPart) -> None:
    """Read a part and end the job with it. Raises JobLost, MissingObject, StorageDown."""
    progress(READING, 0.0)
    with context.sessions() as session:
        source = source_of(session, job)
        reader = _reader(context, session, source)
    with results(context.storage) as written:
        packer = Packer(written, job.owner_id, source.tile_set_id, job.token, part.position)
        found = Found(part.position, part.tiles)
        for piece in part.pieces:
            for batch in reader.read(piece):
                packer.add(batch)
                found.add(batch)
                progress(READING, READ_SHARE * found.share, **found.counts)
        packer.flush()
        progress(SAVING, READ_SHARE, **found.counts)
        with context.sessions.begin() as session:
            forgotten = save_tiles(session, job, source, packer, found, written=written)
    forget_objects(context.storage, forgotten)


def _reader(context: Context, session: Session, source: Source) -> Reader:
    files = session.scalars(select(SourceFile).where(SourceFile.source_id == source.id))
    others = select(Pack.id).where(
        Pack.tile_set_id == source.tile_set_id, Pack.source_id.is_distinct_from(source.id)
    )
    known = Known(context, source, ask=session.scalar(others.limit(1)) is not None)
    crop = session.scalars(select(TileSet.crop).where(TileSet.id == source.tile_set_id)).one()
    return Reader(
        context.storage,
        {file.number: file for file in files},
        context.desk.decoders(source.owner_id),
        known,
        CROPS[crop],
    )
