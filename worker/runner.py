"""Claim the next job of a queue, run it, and see to it that its row ends right."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from sqlalchemy.exc import OperationalError

from app.domain.origin import running
from app.domain.states import JobKind, Queue
from app.services import job_table
from app.services.end_reading import end_readings
from app.services.job_table import Claimed
from app.storage.base import MissingObject, StorageDown
from app.storage.forget import forget_objects
from app.tracing import span
from engine.errors import EngineError
from worker.context import Context
from worker.errors import CannotBeDone, JobLost, LetGo
from worker.in_the_way import waits_for
from worker.jobs.look_at_photo import look_at_photo
from worker.jobs.make_mosaic import make_mosaic
from worker.jobs.read_part import read_part
from worker.jobs.read_source import read_source
from worker.jobs.show_frame import show_clip, show_frame
from worker.jobs.survey_set import survey_set
from worker.jobs.take_away import take_away
from worker.progress import Heartbeat, Progress

log = logging.getLogger(__name__)

Run = Callable[[Context, Claimed, Progress], None]

JOBS: dict[JobKind, Run] = {
    JobKind.MAKE_MOSAIC: make_mosaic,
    JobKind.READ_SOURCE: read_source,
    JobKind.READ_PART: read_part,
    JobKind.SURVEY_SET: survey_set,
    JobKind.LOOK_AT_PHOTO: look_at_photo,
    JobKind.SHOW_FRAME: show_frame,
    JobKind.SHOW_CLIP: show_clip,
    JobKind.TAKE_AWAY: take_away,
}

# As long as Postgres takes to come back after it was cut off; beyond that the lease is good enough.
RESTART_SECONDS = 20.0
RESTART_LOOK_SECONDS = 1.0

GONE_FROM_STORAGE = (
    "A file that this needs is gone from storage. Upload it again, and start again from there. "
    "Nothing else was changed."
)


def run_next(context: Context, queue: Queue) -> bool:
    """Run one job. False where there was nothing to claim.

    Afterwards the bell is rung again: one ring works a queue off even if all the others were lost.
    """
    if context.stopping.is_set():
        return False
    with context.sessions.begin() as session:
        job = job_table.claim(session, queue, most=context.most_running)
    if job is None:
        context.desk.clear()
        return False
    with running(job.id, job.request), span(job.kind, job=str(job.id), attempt=job.attempt):
        log.info("%s, attempt %d", job.kind, job.attempt)
        with (
            Heartbeat(context, job) as heartbeat,
            Progress(context, job, heartbeat.lost) as progress,
        ):
            _run(context, job, progress)
        if job.source_id:
            _end_reading(context, job)
    context.counters.write(context.sessions, at_once=True)
    context.doorbell.ring(queue)
    return True


def _run(context: Context, job: Claimed, progress: Progress) -> None:
    try:
        JOBS[job.kind](context, job, progress)
    except JobLost:
        log.info("job %s: no longer ours", job.id)
    except LetGo:
        log.info("job %s: given back", job.id)
        _step(context, job, job_table.release)
    except (EngineError, CannotBeDone) as error:
        log.info("job %s: cannot be done: %s", job.id, error)
        _fail(context, job, str(error))
    except MissingObject as error:
        log.warning("job %s: object %s is missing", job.id, error)
        _fail(context, job, GONE_FROM_STORAGE)
    except Exception as error:
        log.exception("job %s: attempt %d went wrong", job.id, job.attempt)
        _unforeseen(context, job, error)
    else:
        log.info("job %s: done", job.id)


def _unforeseen(context: Context, job: Claimed, error: Exception) -> None:
    """Whatever it is: the row must not wait for its lease when we know already. The log has the details."""
    if isinstance(error, StorageDown):
        context.counters.add("storage_errors", where="worker")
    if waiting := waits_for(error):
        _step(context, job, job_table.put_off, waiting)
    else:
        _step(context, job, job_table.put_back)


def _end_reading(context: Context, job: Claimed) -> None:
    """Whoever does a source's last part ends its reading. The next part of the same source keeps its decoders."""
    if job.parent_id is None:
        context.desk.clear()
    with context.sessions.begin() as session:
        uploads = end_readings(session, job.parent_id or job.id)
    forget_objects(context.storage, uploads)


def _step(context: Context, job: Claimed, step: Callable[..., bool], *args: str) -> None:
    """Again and again while Postgres restarts: the row would have to wait for its lease, and lose an attempt."""
    until = time.monotonic() + RESTART_SECONDS
    while True:
        try:
            with context.sessions.begin() as session:
                step(session, job, *args)
        except OperationalError:
            if time.monotonic() > until or context.stopping.is_set():
                raise
            time.sleep(RESTART_LOOK_SECONDS)
        else:
            return


def _fail(context: Context, job: Claimed, sentence: str) -> None:
    _step(context, job, job_table.fail, sentence)
