"""See to it that the sample is there: photos, tile set, example mosaic, all through the services of a user's own.

It may be stopped anywhere and called again: each step looks for what is there, and waits for a job that is already
asked for. Two at once do it one after the other.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db import Sessions
from app.domain.limits import SYSTEM_OWNER
from app.domain.options import MosaicOptions
from app.domain.states import JobState
from app.models import Job, Source, TileSet
from app.queue import Doorbell
from app.services import browse
from app.services.add_pictures import add_pictures
from app.services.create_tile_set import create_tile_set
from app.services.delete_tile_set import delete_tile_set
from app.services.make_mosaic import make_mosaic
from app.services.upload_photo import upload_photo
from app.storage.base import Storage
from cli.sample.photos import sample_photos
from cli.sample.pictures import recipe, write_zip
from cli.sample.ready import sample_is_ready, sample_set
from cli.sample.sources import SOURCES, credit_text
from cli.sample.waiting import Say, wait_for

NAME = "Sample tiles"
# Any number that nobody else locks in this database.
LOCK = 7_355_608_001
# What a newcomer finds in the form.
EXAMPLE = MosaicOptions()
IN_VAIN = (JobState.FAILED, JobState.CANCELLED)

WriteZip = Callable[[BinaryIO], None]


def zip_sample(stream: BinaryIO) -> None:
    """Write the zip of all sample tiles. Raises SampleError."""
    write_zip(stream, recipe())


def ensure_sample(
    sessions: Sessions,
    storage: Storage,
    doorbell: Doorbell,
    *,
    say: Say = print,
    write: WriteZip = zip_sample,
) -> None:
    """Make what is missing and wait for it. Raises SampleError with a sentence."""
    with _alone(sessions):
        with sessions() as session:
            if sample_is_ready(session):
                return
            _offer_photos(session, storage)
            reading = _reading(session, storage, doorbell, say, write)
        wait_for(sessions, doorbell, reading, "Reading the sample tiles", say=say)
        with sessions() as session:
            making = _making(session, doorbell)
        wait_for(sessions, doorbell, making, "Making the example mosaic", say=say)


@contextmanager
def _alone(sessions: Sessions) -> Iterator[None]:
    """Nobody else prepares the sample meanwhile. No transaction stays open: Postgres would end it after two minutes."""
    line = sessions.kw["bind"].connect().execution_options(isolation_level="AUTOCOMMIT")
    try:
        line.execute(select(func.pg_advisory_lock(LOCK)))
        yield
    finally:
        line.invalidate()  # with its connection the lock ends, even where Postgres was restarted
        line.close()


def _offer_photos(session: Session, storage: Storage) -> None:
    there = {photo.name for photo in browse.sample_photos(session)}
    for photo in sample_photos():
        if photo.name not in there:
            upload_photo(
                session,
                storage,
                owner_id=SYSTEM_OWNER,
                name=photo.name,
                stream=io.BytesIO(photo.jpeg),
                credit=photo.credit,
            )


def _reading(
    session: Session, storage: Storage, doorbell: Doorbell, say: Say, write: WriteZip
) -> UUID:
    """The job that reads the tiles. What was begun in vain is begun anew."""
    tile_set = sample_set(session)
    job = _reading_into(session, tile_set) if tile_set else None
    if tile_set and job and job.state in IN_VAIN:
        delete_tile_set(session, storage, owner_id=SYSTEM_OWNER, tile_set_id=tile_set.id)
        tile_set = job = None
    if job:
        return job.id
    tile_set = tile_set or create_tile_set(
        session, owner_id=SYSTEM_OWNER, name=NAME, sample=True, credit=credit_text()
    )
    say(f"Cutting the sample tiles from {len(SOURCES)} photographs")
    session.commit()  # no transaction stays open while they are cut
    with tempfile.TemporaryFile() as stream:
        write(stream)
        source = add_pictures(
            session,
            storage,
            doorbell,
            owner_id=SYSTEM_OWNER,
            tile_set_id=tile_set.id,
            files=[("sample-tiles.zip", stream)],
            idempotency_key=f"sample tiles {tile_set.id}",
        )
    return session.scalars(
        select(Job.id).where(Job.source_id == source.id, Job.part.is_(None))
    ).one()


def _reading_into(session: Session, tile_set: TileSet) -> Job | None:
    into_it = select(Source.id).where(Source.tile_set_id == tile_set.id)
    return session.scalars(
        select(Job).where(Job.source_id.in_(into_it), Job.part.is_(None))
    ).first()


def _making(session: Session, doorbell: Doorbell) -> UUID:
    """The job that makes the example; a new one where all before it were in vain."""
    jobs = session.scalars(
        select(Job).where(Job.owner_id == SYSTEM_OWNER, Job.mosaic_id.is_not(None))
    ).all()
    for job in jobs:
        if job.state not in IN_VAIN:
            return job.id
    mosaic = make_mosaic(
        session,
        doorbell,
        owner_id=SYSTEM_OWNER,
        photo_id=browse.sample_photos(session)[0].id,
        tile_set_id=browse.tile_sets_of(session, SYSTEM_OWNER)[0].id,
        options=EXAMPLE,
        idempotency_key=f"example mosaic, attempt {len(jobs) + 1}",
    )
    return mosaic.job.id
