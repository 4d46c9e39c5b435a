"""Wait for a job as a page does: by reading its row."""

from __future__ import annotations

import time
from collections.abc import Callable
from uuid import UUID

from app.db import Sessions
from app.domain.limits import SYSTEM_OWNER
from app.domain.states import JobState, Queue
from app.queue import Doorbell
from app.services.browse import job_for
from app.services.progress import Progress, progress_of
from cli.sample.errors import SampleError

Say = Callable[[str], None]

LOOK_EVERY = 0.5
# Whoever reads along wants to see that it goes on, not each percent.
SAY_EVERY = 20
# A worker that died is noticed after a minute; five without a change mean that none is there.
PATIENCE = 300.0


def wait_for(
    sessions: Sessions,
    doorbell: Doorbell,
    job_id: UUID,
    what: str,
    *,
    say: Say,
    patience: float = PATIENCE,
) -> None:
    """Return when the job has succeeded. Raises SampleError where it failed, or nothing happens for too long."""
    with sessions() as session:
        # The ring after the commit may have been lost with the process that should have sent it.
        doorbell.ring(Queue(job_for(session, SYSTEM_OWNER, job_id).queue))
    last, said, since = None, 0, time.monotonic()
    while (now := _look(sessions, job_id)).state is not JobState.SUCCEEDED:
        if now.state.is_over:
            raise SampleError(
                f"{what} did not work: {now.error or 'somebody cancelled it'} "
                "It is tried again at the next start; everything else works."
            )
        if (now.state, now.stage, now.share) != last:
            last, since = (now.state, now.stage, now.share), time.monotonic()
        elif time.monotonic() - since > patience:
            raise SampleError(
                f"{what} waits for a worker, and none has come. Is Tessera running? Start it with `tessera up`: "
                "it goes on from here."
            )
        if now.percent >= said + SAY_EVERY:
            said = now.percent
            say(f"{what}: {said} %")
        time.sleep(LOOK_EVERY)


def _look(sessions: Sessions, job_id: UUID) -> Progress:
    with sessions() as session:
        return progress_of(job_for(session, SYSTEM_OWNER, job_id))
