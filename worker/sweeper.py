"""Puts jobs of dead workers back and rings for whatever waits. Any number of sweepers may run."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue

from sqlalchemy.exc import SQLAlchemyError

from app.db import Sessions
from app.queue import Doorbell
from app.services import job_table
from app.services.ask_to_look import ask_to_look
from app.services.be_seen import Presence, be_seen
from app.services.collect_garbage import collect_garbage
from app.services.end_reading import end_readings
from app.storage.base import Storage, StorageDown
from app.storage.forget import forget_objects
from worker.forget import forget_gone
from worker.shelf import Shelf

log = logging.getLogger(__name__)

SWEEP_EVERY = 5.0
FORGET_EVERY = 60.0
COLLECT_EVERY = 3600.0


class Sweeper:
    """A thread of the worker's main process. It touches `alive` in each round, for whoever watches over the worker.

    What takes storage's time is done by a second thread: storage may hang, and jobs of dead workers are found all the same.
    """

    def __init__(
        self,
        sessions: Sessions,
        storage: Storage,
        doorbell: Doorbell,
        *,
        alive: Path,
        presence: Presence,
        shelf: Shelf | None = None,
    ) -> None:
        """`shelf`: what is kept on this worker's disk, where anything is."""
        self._sessions = sessions
        self._storage = storage
        self._doorbell = doorbell
        self._alive = alive
        self._presence = presence
        self._shelf = shelf
        self._over = threading.Event()
        self._forgotten: SimpleQueue[Sequence[str]] = SimpleQueue()
        self._threads = [
            threading.Thread(target=self._run, name="sweeper", daemon=True),
            threading.Thread(target=self._tidy, name="collector", daemon=True),
        ]

    def start(self) -> None:
        """Sweep now and then until `stop`."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Sweep no more."""
        self._over.set()

    def sweep(self) -> None:
        """One round over the job table. Each step for itself: nothing else's trouble keeps a dead worker's job waiting."""
        with self._sessions.begin() as session:
            be_seen(session, self._presence)
        with _put_off("asking for looks"), self._sessions.begin() as session:
            ask_to_look(session)
        with self._sessions.begin() as session:
            due = job_table.sweep(session)
        with self._sessions.begin() as session:
            uploads = end_readings(session)
        for queue in due:
            self._doorbell.ring(queue)
        self._forgotten.put(uploads)

    def forget(self) -> None:
        """Remove what this worker keeps of things that were deleted."""
        if self._shelf:
            forget_gone(self._shelf, self._sessions)

    def tidy(self) -> None:
        """Delete the objects of what the rounds so far found to be over."""
        while not self._forgotten.empty():
            forget_objects(self._storage, self._forgotten.get())

    def _run(self) -> None:
        while not self._over.wait(SWEEP_EVERY):
            with _put_off("sweep"):
                self._alive.touch()
                self.sweep()

    def _tidy(self) -> None:
        forgot = collected = time.monotonic()
        while not self._over.wait(SWEEP_EVERY):
            with _put_off("tidying"):
                self.tidy()
                if time.monotonic() - forgot > FORGET_EVERY:
                    forgot = time.monotonic()
                    self.forget()
                if time.monotonic() - collected > COLLECT_EVERY:
                    collected = time.monotonic()
                    collect_garbage(self._sessions, self._storage)


@contextmanager
def _put_off(what: str) -> Iterator[None]:
    """Until the next round, whatever went wrong in this one: nobody starts the thread again."""
    try:
        yield
    except (OSError, SQLAlchemyError, StorageDown) as error:
        log.warning("%s put off: %s", what, type(error).__name__)
    except Exception:
        log.exception("%s put off", what)
