"""How long people wait when something goes away, with the lease and the time-outs that everybody gets."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import skimage.data
from sqlalchemy import select

from app.db import Sessions
from app.domain.states import JobState
from app.models import Job
from app.pulse import REMEMBERED_SECONDS
from cli.stack.process import Process
from cli.stack.programs import Worker
from tests.chaos import things
from tests.chaos.faults import descendants
from tests.chaos.person import Files, Person
from tests.chaos.stage import Stage, worker

# Seconds, from the issue that asked for them.
BOUNDS = {
    "kill_9": 90,
    "sigterm": 10,
    "redis_hung": 3,
    "postgres_down": 5,
    "ready_red": 5,
    "postgres_frozen": 5,
    "ready_red_frozen": 5,
}
# Enough cells for a kill to fall into the middle.
MANY = {"cells_across": "160", "penalty": "0.05", "matcher": "perceptual"}
WAIT_SECONDS = 240


def recovery(
    here: Stage, sessions: Sessions, person: Person, set_id: UUID, times: dict[str, float]
) -> None:
    """Write down the seconds until each recovered. The job that loses its worker is a mosaic of thousands of cells."""
    maker = here.workers["maker"]
    for name in set(here.workers) & {"maker-2"}:
        here.workers[name].stop()
    photo = things.jpeg(skimage.data.astronaut())
    asked: list[UUID] = []

    def ask() -> UUID:
        answer = person.send(
            "/mosaics", {"tile_set": str(set_id), **MANY}, [("a.jpg", photo)], "photo"
        )
        assert answer.accepted, answer.body
        asked.append(UUID(answer.location.rpartition("/")[2]))
        return asked[-1]

    job = _running(sessions, ask())
    started = time.monotonic()
    maker.kill()
    maker.start()
    _until(lambda: _now(sessions, job.id).attempt == 2 and _is_held(sessions, job))
    times["kill_9"] = time.monotonic() - started

    job = _running(sessions, ask())
    with _another(maker, here):
        assert _is_held(sessions, job, by=job.token), "the mosaic was over too soon"
        started = time.monotonic()
        os.kill(maker.pid, signal.SIGTERM)
        _until(lambda: _is_held(sessions, job))
        times["sigterm"] = time.monotonic() - started
        assert _now(sessions, job.id).attempt == 1, "an attempt was spent"
        maker.wait()
        maker.start()
    for mosaic_id in asked:
        _cancel(sessions, person, mosaic_id)
    small = {"tile_set": str(set_id), **things.look(0)}
    times["redis_hung"] = _with_redis_hung(here, person, small)
    times |= _without_postgres(here, person, small)
    times |= _with_postgres_frozen(here, person, small)


def _cancel(sessions: Sessions, person: Person, mosaic_id: UUID) -> None:
    """Nobody waits for it any more."""
    with sessions() as session:
        job_id = session.scalars(select(Job.id).where(Job.mosaic_id == mosaic_id)).one()
    person.send(f"/jobs/{job_id}/cancel", {})


def _with_redis_hung(here: Stage, person: Person, fields: dict[str, str]) -> float:
    """Of an upload of a photo and of one of tiles, the slower."""
    pids = descendants(here.valkey)
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        slowest = 0.0
        for path, field in (("/mosaics", "photo"), (f"/tiles/{fields['tile_set']}", "files")):
            started = time.monotonic()
            answer = person.send(path, fields, [("photo.jpg", things.photo(0))], field)
            slowest = max(slowest, time.monotonic() - started)
            assert answer.accepted, answer.body
        return slowest
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def _without_postgres(here: Stage, person: Person, fields: dict[str, str]) -> dict[str, float]:
    os.kill(here.postgres.pid, signal.SIGQUIT)
    red = _seconds_until_red(person)
    here.postgres.wait()
    form = _form(fields)
    seconds = _seconds_until_refused(person, form)
    here.postgres.start()
    here.postgres.wait_until_ready()
    assert person.send(*form).accepted
    return {"ready_red": red, "postgres_down": seconds}


def _with_postgres_frozen(here: Stage, person: Person, fields: dict[str, str]) -> dict[str, float]:
    form = _form(fields)
    pids = descendants(here.postgres)
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        red = _seconds_until_red(person)
        time.sleep(REMEMBERED_SECONDS)  # what the first has found out is forgotten
        seconds = _seconds_until_refused(person, form)
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
    assert person.send(*form).accepted
    return {"ready_red_frozen": red, "postgres_frozen": seconds}


Form = tuple[str, dict[str, str], Files, str]


def _form(fields: dict[str, str]) -> Form:
    photo = [("a.jpg", things.photo(0))]
    return ("/mosaics", {"form_key": uuid4().hex, **fields}, photo, "photo")


def _seconds_until_red(person: Person) -> float:
    started = time.monotonic()
    ready = person.ask("GET", "/readyz")
    seconds = time.monotonic() - started
    assert ready is not None, "the web server hung up"
    assert ready.status == 503, ready.body
    return seconds


def _seconds_until_refused(person: Person, form: Form) -> float:
    started = time.monotonic()
    page = person.send_once(*form)
    seconds = time.monotonic() - started
    assert page is not None, "the web server hung up"
    assert page.status == 503, page.body
    return seconds


@contextmanager
def _another(maker: Worker, here: Stage) -> Iterator[Process]:
    """A second worker for the same queues, as on a second machine."""
    with worker("maker-3", here.folder / "log", here.environ) as second:
        yield second


def _running(sessions: Sessions, mosaic_id: UUID) -> Job:
    """The job, once it is in the middle of its work."""
    return _until(lambda: _in_the_middle(sessions, mosaic_id))


def _in_the_middle(sessions: Sessions, mosaic_id: UUID) -> Job | None:
    with sessions() as session:
        job = session.scalars(select(Job).where(Job.mosaic_id == mosaic_id)).one()
    return job if job.state == JobState.RUNNING and job.share > 0.1 else None


def _now(sessions: Sessions, job_id: UUID) -> Job:
    with sessions() as session:
        return session.get_one(Job, job_id)


def _is_held(sessions: Sessions, before: Job, by: UUID | None = None) -> bool:
    """By somebody else than before, or by who is named."""
    token = _now(sessions, before.id).token
    return token == by if by else token is not None and token != before.token


def _until(look: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.1)
    raise AssertionError(f"nothing after {WAIT_SECONDS} s")
