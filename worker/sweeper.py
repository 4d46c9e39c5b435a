"""Puts jobs of dead workers back and rings for whatever waits. Any number of sweepers may run."""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from app.db import Sessions
from app.queue import Doorbell
from app.services import job_table
from app.services.ask_to_look import ask_to_look
from app.services.collect_garbage import collect_garbage
from app.services.end_reading import end_readings
from app.storage.base import Storage, StorageDown

log = logging.getLogger(__name__)

SWEEP_EVERY = 5.0
COLLECT_EVERY = 3600.0


class Sweeper:
    """A thread of the worker's main process. It touches `alive` in each round, for whoever watches over the worker."""

    def __init__(
        self, sessions: Sessions, storage: Storage, doorbell: Doorbell, *, alive: Path
    ) -> None:
        self._sessions = sessions
        self._storage = storage
        self._doorbell = doorbell
        self._alive = alive
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sweeper", daemon=True)

    def start(self) -> None:
        """Sweep now and then until `stop`."""
        self._thread.start()

    def stop(self) -> None:
        """Sweep no more."""
        self._over.set()

    def sweep(self) -> None:
        """One round over the job table."""
        with self._sessions.begin() as session:
            ask_to_look(session)
            due = job_table.sweep(session)
            uploads = end_readings(session)
        for key in uploads:
            self._storage.delete(key)
        for queue in due:
            self._doorbell.ring(queue)

    def _run(self) -> None:
        collected = time.monotonic()
        while not self._over.wait(SWEEP_EVERY):
            try:
                self._alive.touch()
                self.sweep()
                if time.monotonic() - collected > COLLECT_EVERY:
                    collected = time.monotonic()
                    collect_garbage(self._sessions, self._storage)
            except (OSError, SQLAlchemyError, StorageDown) as error:
                log.warning("sweep put off: %s", type(error).__name__)
