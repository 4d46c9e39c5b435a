"""What a job needs from the outside, put together once a process by `worker.celery`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from app.db import Sessions
from app.queue import Doorbell
from app.services.counters import Counters
from app.storage.base import Storage
from worker.desk import Desk
from worker.tile_cache import TileCache


class Flag(Protocol):
    """Set when this worker is asked to stop."""

    def is_set(self) -> bool: ...


@dataclass(frozen=True)
class Context:
    """Collaborators of every job function."""

    sessions: Sessions
    storage: Storage
    doorbell: Doorbell
    cache: TileCache
    stopping: Flag
    # Jobs of one owner that run at once in a queue; None where nobody counts.
    most_running: int | None = None
    desk: Desk = field(default_factory=Desk)
    counters: Counters = field(default_factory=Counters)
