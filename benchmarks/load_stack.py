"""The stack that a crowd comes to, and what keeps its workers busy meanwhile."""

from __future__ import annotations

import io
import math
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from PIL import Image
from sqlalchemy import func, select

from app import db
from app.db import Sessions
from app.domain.limits import SYSTEM_OWNER
from app.domain.options import MosaicOptions
from app.domain.states import JobKind, JobState
from app.models import Job, Mosaic
from app.queue import CeleryDoorbell
from app.services.make_mosaic import make_mosaic
from app.services.upload_photo import upload_photo
from app.settings import Settings
from app.storage import storage_from
from app.storage.base import Storage
from benchmarks.library import photo
from benchmarks.wall import fill
from cli.stack.environment import environment
from cli.stack.ports import free_port
from cli.stack.postgres import Postgres
from cli.stack.programs import WORKERS, Web, Worker
from cli.stack.valkey import Valkey

TILES = 20_000
# Of chelsea, which is three wide and two high: 216 x 144 cells of 128 px are 510 megapixels.
MEGAPIXELS = float(os.environ.get("MEGAPIXELS", "500"))
LARGE_ACROSS = math.ceil(math.sqrt(MEGAPIXELS * 1e6 * 3 / 2) / 128 / 3) * 3
PATIENCE_SECONDS = 600
BEGAN = time.monotonic()


@dataclass
class LoadStack:
    """Everything up, with a set and a finished mosaic that everybody may see."""

    web: Web
    sessions: Sessions
    storage: Storage
    bell: CeleryDoorbell
    tile_set_id: UUID
    photo_id: UUID
    example: UUID
    large_mosaic: UUID | None = None
    large_megapixels: float = 0.0

    @property
    def address(self) -> str:
        return self.web.address

    def render(self, **options: Any) -> UUID:
        """Ask for a mosaic; its id."""
        with self.sessions() as session:
            return make_mosaic(
                session,
                self.bell,
                owner_id=SYSTEM_OWNER,
                photo_id=self.photo_id,
                tile_set_id=self.tile_set_id,
                options=MosaicOptions(**options),
                idempotency_key=uuid4().hex,
            ).id

    def render_large(self) -> UUID:
        """Ask for the one that `large` waits for."""
        self.large_mosaic = self.render(cells_across=LARGE_ACROSS)
        return self.large_mosaic

    def rendering(self) -> int:
        """How many wait or are under way."""
        open_ = Job.state.in_([JobState.QUEUED, JobState.RUNNING])
        return self._count(Job.kind == JobKind.MAKE_MOSAIC, open_)

    def rendered(self) -> int:
        """How many are done."""
        return self._count(Job.kind == JobKind.MAKE_MOSAIC, Job.state == JobState.SUCCEEDED)

    def large(self) -> UUID:
        """One of whose tiles 500 megapixels can be made, done; its id."""
        mosaic_id = self.large_mosaic or self.render_large()
        self.wait_for(Job.mosaic_id == mosaic_id, Job.kind == JobKind.MAKE_MOSAIC)
        with self.sessions() as session:
            mosaic = session.get_one(Mosaic, mosaic_id)
            self.large_megapixels = round(mosaic.cols * mosaic.rows * 128 * 128 / 1e6, 1)
        return mosaic_id

    def wait_for(self, *of: Any) -> None:
        """Until a job is done."""
        until = time.monotonic() + PATIENCE_SECONDS
        while not self._count(*of, Job.state == JobState.SUCCEEDED):
            if time.monotonic() > until:
                raise TimeoutError("a mosaic was not made in time")
            time.sleep(0.5)

    def _count(self, *of: Any) -> int:
        with self.sessions() as session:
            return session.scalar(select(func.count()).select_from(Job).where(*of)) or 0


def say(text: str) -> None:
    """A stage, with the seconds since the start; what counts is the last line."""
    print(f"{time.monotonic() - BEGAN:5.0f} s  {text}", file=sys.stderr, flush=True)


@contextmanager
def load_stack() -> Iterator[LoadStack]:
    """Start it, fill it, make the example."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tessera-load-")))
        folder.chmod(0o755)
        say(f"Starting a stack with {TILES:,} tiles")
        postgres = stack.enter_context(Postgres(folder))
        valkey = stack.enter_context(Valkey(folder))
        environ = environment(folder, os.environ, database_url=postgres.url, redis_url=valkey.url)
        db.migrate(postgres.url)
        tile_set_id, _ = fill(environ, folder, TILES)
        settings = Settings.from_environ(environ)
        pool = db.connect(settings.database_url)
        stack.callback(pool.dispose)
        sessions, storage = db.sessions_from(pool), storage_from(settings.storage_url)
        web = stack.enter_context(Web(free_port(), folder / "log", environ))
        for name in WORKERS:
            stack.enter_context(Worker(name, folder / "log", environ))
        body = io.BytesIO()
        Image.fromarray(photo("chelsea")).save(body, "JPEG", quality=92)
        with sessions() as session:
            photo_id = upload_photo(
                session, storage, owner_id=SYSTEM_OWNER, name="chelsea.jpg", stream=body
            ).id
        services = LoadStack(
            web,
            sessions,
            storage,
            CeleryDoorbell(settings.redis_url),
            tile_set_id,
            photo_id,
            uuid4(),
        )
        say("Making the mosaic that everybody looks at")
        services.example = services.render()
        services.wait_for(Job.mosaic_id == services.example)
        yield services
