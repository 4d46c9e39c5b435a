"""Wires the sample to the database, storage and queue that the environment names."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.exc import OperationalError

from app.db import Sessions, connect, sessions_from
from app.domain.errors import TesseraError
from app.queue import CeleryDoorbell
from app.services.browse import sample_photos
from app.settings import Settings
from app.storage import storage_from
from cli.sample.errors import SampleError
from cli.sample.ready import sample_is_ready, sample_set
from cli.sample.waiting import Say

# What is told in a line; anything else is a fault of ours and deserves its traceback.
mistakes = (SampleError, TesseraError, OperationalError)


def prepare(environ: Mapping[str, str], say: Say) -> None:
    """Make what is missing. Raises one of `mistakes`."""
    settings = Settings.from_environ(environ)
    pool = connect(settings.database_url, pool_size=2)
    try:
        sessions = sessions_from(pool)
        with sessions() as session:
            ready = sample_is_ready(session)
        if not ready:
            _make(settings, sessions, say)
        say(_inventory(sessions))
    finally:
        pool.dispose()


def _make(settings: Settings, sessions: Sessions, say: Say) -> None:
    # OpenCV and all: a second start finds everything ready and saves the time.
    from cli.sample.ensure import ensure_sample  # noqa: PLC0415

    storage = storage_from(settings.storage_url, **settings.s3)
    ensure_sample(sessions, storage, CeleryDoorbell(settings.redis_url), say=say)


def _inventory(sessions: Sessions) -> str:
    with sessions() as session:
        tile_set = sample_set(session)
        tiles = tile_set.tile_count if tile_set else 0
        photos = len(sample_photos(session))
    return f"The sample is ready: {tiles:,} tiles, {photos} photos to choose from, and an example mosaic."
