"""A stack of real services in a folder of its own, and uploads into it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import func, select

from app import db
from app.db import Sessions
from app.domain.states import JobState, Queue
from app.models import Job, Owner, Pack, Source, Tile, TileSet
from app.queue import CeleryDoorbell
from app.services.add_pictures import add_pictures
from app.services.create_tile_set import create_tile_set
from app.services.delete_tile_set import delete_tile_set
from app.settings import Settings
from app.storage import storage_from
from app.storage.base import Storage
from benchmarks.ingest.memory import children, tree
from cli.stack.environment import environment
from cli.stack.ports import free_port
from cli.stack.postgres import Postgres
from cli.stack.programs import Web, Worker
from cli.stack.valkey import Valkey
from worker.pack_tiles import tiles_listed
from worker.tile_cache import PackRef, Stock, TileCache

# Often enough for a tenth of a second, and too seldom to slow down what is measured.
POLL_SECONDS = 0.1


class Unheard:
    """A doorbell for uploads whose reading is not to begin yet."""

    def ring(self, queue: Queue) -> None:
        """Do nothing."""


@dataclass
class Stack:
    """PostgreSQL, Valkey, the pages and a worker for libraries."""

    web: Web
    worker: Worker
    sessions: Sessions
    storage: Storage
    cache: TileCache
    bell: CeleryDoorbell
    owner_id: UUID

    def tile_set(self, name: str) -> UUID:
        """A new, empty one."""
        with self.sessions() as session:
            return create_tile_set(session, owner_id=self.owner_id, name=name).id

    def read(self, tile_set_id: UUID, place: Path) -> float:
        """Seconds from an uploaded object to a set that mosaics can be made with: rows, packs, index."""
        with self.sessions() as session, place.open("rb") as stream:
            source = add_pictures(
                session,
                self.storage,
                Unheard(),
                owner_id=self.owner_id,
                tile_set_id=tile_set_id,
                files=[(place.name, stream)],
                idempotency_key=str(uuid4()),
            )
        start = time.perf_counter()
        self.bell.ring(Queue.LIBRARIES)
        self._wait(source.id)
        self.stock(tile_set_id)
        return time.perf_counter() - start

    def stock(self, tile_set_id: UUID) -> Stock:
        """The set as a worker that makes mosaics has it at hand."""
        with self.sessions() as session:
            tile_set = session.get_one(TileSet, tile_set_id)
            packs = session.scalars(select(Pack).where(Pack.tile_set_id == tile_set_id)).all()
        return self.cache.stock(
            tile_set_id,
            tile_set.generation,
            [PackRef.of(pack) for pack in packs],
            lambda: tiles_listed(self.sessions, tile_set_id),
        )

    def objects(self) -> int:
        """How many there are."""
        return sum(1 for _ in self.storage.list("o/"))

    def delete(self, tile_set_id: UUID) -> int:
        """Delete a set. Returns how many rows and objects of it are left."""
        with self.sessions() as session:
            delete_tile_set(session, self.storage, owner_id=self.owner_id, tile_set_id=tile_set_id)
            left = [
                session.scalar(select(func.count()).select_from(model)) or 0
                for model in (TileSet, Source, Pack, Tile, Job)
            ]
        return sum(left) + self.objects()

    def workers(self) -> list[list[int]]:
        """Processes that read, each with its decoding child."""
        return [tree(child) for child in children(self.worker.pid)]

    def web_processes(self) -> list[list[int]]:
        """Processes that answer pages."""
        return [[child] for child in children(self.web.pid)]

    def _wait(self, source_id: UUID) -> None:
        job = select(Job.state, Job.error).where(Job.source_id == source_id, Job.part.is_(None))
        while True:
            with self.sessions() as session:
                state, error = session.execute(job).one()
            if JobState(state).is_over:
                assert state == JobState.SUCCEEDED, error
                return
            time.sleep(POLL_SECONDS)


@contextmanager
def stack(folder: Path) -> Iterator[Stack]:
    """Everything up; stopped at the end."""
    with Postgres(folder) as postgres, Valkey(folder) as valkey:
        db.migrate(postgres.url)
        environ = environment(folder, {}, database_url=postgres.url, redis_url=valkey.url)
        settings = Settings.from_environ(environ)
        storage = storage_from(settings.storage_url)
        pool = db.connect(settings.database_url)
        sessions = db.sessions_from(pool)
        owner_id = uuid4()
        with sessions.begin() as session:
            session.add(Owner(id=owner_id))
        with (
            Web(free_port(), folder, environ) as web,
            Worker("reader", folder, environ) as worker,
        ):
            yield Stack(
                web,
                worker,
                sessions,
                storage,
                TileCache(folder / "makers-cache", storage, 10**10),
                CeleryDoorbell(settings.redis_url),
                owner_id,
            )
        pool.dispose()
