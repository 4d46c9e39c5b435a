"""Progress of a running job: written to its row at most twice a second, and the place where a job learns to stop."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any, Self

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.domain.states import QUEUE_OF
from app.services import job_parts, job_table
from app.services.job_table import Claimed
from worker.context import Context
from worker.errors import JobLost, LetGo

log = logging.getLogger(__name__)

WRITE_EVERY = 0.5
# A part writes its own row and that of the whole, and two are read at once: so the whole's, too, is written twice a second.
PART_WRITES_EVERY = 1.0
LOOK_EVERY = 1.0
# Of the ten seconds that a worker is given to stop: the rest is for writing the row, and for another worker to hear of it.
SPEAK_WITHIN = 3.0


class Progress:
    """Callable with (stage, share of the whole job); counts may come along.

    Raises JobLost or LetGo, which ends the work: the engine lets whatever this raises through.
    """

    def __init__(self, context: Context, job: Claimed, lost: threading.Event) -> None:
        self._context = context
        self._job = job
        self._every = PART_WRITES_EVERY if job.parent_id else WRITE_EVERY
        self._lost = lost
        self._written = 0.0
        self._stage = ""
        self._began = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._time_stage()

    def __call__(self, stage: str, share: float, **counts: int) -> None:
        """Write when the stage is new or the last time is long enough ago."""
        self.check()
        now = time.monotonic()
        if stage == self._stage and now - self._written < self._every:
            return
        if stage != self._stage:
            self._time_stage()
        self._stage, self._written = stage, now
        self._write(stage=stage, share=min(max(share, 0.0), 1.0), **counts)

    def _time_stage(self) -> None:
        """How long the stage that is over took. What comes before the first has no name."""
        now = time.monotonic()
        kind, stage = self._job.kind.value, self._stage or "Beginning"
        self._context.counters.add("stage_seconds", now - self._began, kind=kind, stage=stage)
        self._context.counters.add("stages", kind=kind, stage=stage)
        self._began = now

    def check(self) -> None:
        """Raise where this run has to end."""
        if self._lost.is_set():
            raise JobLost
        if self._context.stopping.is_set():
            raise LetGo

    def _write(self, **values: Any) -> None:
        try:
            with self._context.sessions.begin() as session:
                ours = job_table.report(session, self._job, **values)
            if ours and self._job.parent_id:
                # Apart from the part's own row: whoever cancels takes both at once, and nobody waits in a circle.
                with self._context.sessions.begin() as session:
                    job_parts.report(session, self._job.parent_id)
        except SQLAlchemyError as error:
            # Postgres restarts: the work goes on, and the token decides at the end whose result counts.
            log.warning("progress of job %s not written: %s", self._job.id, type(error).__name__)
            return
        if not ours:
            raise JobLost


class Heartbeat:
    """Renews the lease from a thread of its own while the job runs; sets `lost` once the row is not ours.

    A worker that is asked to stop is cut off after ten seconds. A job that says no word of progress until then, because it is
    in the middle of a long computation, is given back from here.
    """

    def __init__(self, context: Context, job: Claimed) -> None:
        self.lost = threading.Event()
        self._context = context
        self._job = job
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"lease-{job.id}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._over.set()
        self._thread.join()

    def _beat(self) -> None:
        renewed, asked_to_stop = time.monotonic(), None
        while not self._over.wait(LOOK_EVERY):
            now = time.monotonic()
            if asked_to_stop is None and self._context.stopping.is_set():
                asked_to_stop = now
            if asked_to_stop is not None and now - asked_to_stop > SPEAK_WITHIN:
                kept = self._give_back() is None
            elif now - renewed > job_table.RENEW_EVERY.total_seconds():
                renewed, kept = now, self._step(job_table.renew) is not False
            else:
                continue
            if not kept:
                self.lost.set()
                return

    def _give_back(self) -> bool | None:
        """And ring: this process is in the middle of a computation, and may be cut off before it could."""
        ours = self._step(job_table.release)
        if ours:
            self._context.doorbell.ring(QUEUE_OF[self._job.kind])
        return ours

    def _step(self, step: Callable[[Session, Claimed], bool]) -> bool | None:
        """Whether the row was ours; None where Postgres does not say."""
        try:
            with self._context.sessions.begin() as session:
                return step(session, self._job)
        except SQLAlchemyError as error:
            log.warning("lease of job %s left as it is: %s", self._job.id, type(error).__name__)
            return None
