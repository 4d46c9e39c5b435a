"""Rings the doorbell, and asks a worker what is wanted at once.

The queue itself is Postgres; a lost ring costs delay, never a job. A question that is lost costs its answer alone.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Protocol, cast
from uuid import uuid4

import redis
from celery import Celery
from kombu.exceptions import OperationalError
from kombu.transport.redis import Channel

from app.domain.errors import ServiceDown
from app.domain.states import Queue

log = logging.getLogger(__name__)

TASK_WORK = "tessera.work"
TASK_TUNE = "tessera.tune"
TASK_CURVE = "tessera.curve"
TASK_CELL = "tessera.cell"
TASK_FIT = "tessera.fit"

# Socket time-outs of 2 s: an upload is accepted within 3 s even while Redis hangs.
SOCKET_SECONDS = 2
TRANSPORT_OPTIONS = {
    "socket_timeout": SOCKET_SECONDS,
    "socket_connect_timeout": SOCKET_SECONDS,
    "retry_on_timeout": False,
    "max_retries": 0,
}

# A ring that nobody has answered when Redis goes away is not put back into it: the row in Postgres waits, and a sweeper rings
# again. Kombu 5.7 would try through a connection that is gone, and a worker with a ring in hand would end over it.
Channel.do_restore = False


class Doorbell(Protocol):
    """Tells a worker that there may be something to claim."""

    def ring(self, queue: Queue) -> None:
        """Best effort; never raises."""


class CeleryDoorbell:
    """A message of a few bytes through the broker at `redis_url`."""

    def __init__(self, redis_url: str) -> None:
        self._celery = _sender(redis_url)

    def ring(self, queue: Queue) -> None:
        """Send without retry: the sweeper rings again for whatever stays queued.

        The row is committed, so nothing that Redis answers may turn a yes into an error: not that it is out of memory,
        nor that it cannot write to its disk, which are no OperationalError.
        """
        try:
            self._celery.send_task(
                TASK_WORK, args=[queue.value], queue=queue.value, retry=False, ignore_result=True
            )
        except Exception as error:  # noqa: BLE001 - see above
            log.warning("doorbell for %s not heard: %s", queue.value, type(error).__name__)


# Candidates are found at the first question: that takes seconds in a large set, the placing after it milliseconds.
ANSWER_SECONDS = 25
# Nobody waits for an answer any longer than that.
ANSWER_KEPT_SECONDS = 30


class Tuner(Protocol):
    """Answers while somebody waits with a hand on the slider."""

    def ask(self, mosaic_id: str, look: Mapping[str, str], *, sharp: bool, bare: bool) -> bytes:
        """A packed `app.domain.tuned.Tuned`. Raises ServiceDown."""
        ...

    def ask_curve(self, mosaic_id: str, look: Mapping[str, str]) -> bytes:
        """The same, with the points of a curve as its figure `curve`."""
        ...

    def ask_cell(self, mosaic_id: str, look: Mapping[str, str], *, col: int, row: int) -> bytes:
        """The same, with what shows in a cell, and what else might, as its figure `cell`."""
        ...

    def ask_fit(self, photo_id: str, tile_set_id: str, look: Mapping[str, str]) -> bytes:
        """The same of a mosaic that nobody made yet, with `most_used` and `distinct` as its figures."""
        ...


class CeleryTuner:
    """A question as a task, the answer through a list of its own in Redis: no row, because it is worth nothing later."""

    def __init__(self, redis_url: str) -> None:
        self._celery = _sender(redis_url)
        self._redis = redis.Redis.from_url(
            redis_url,
            socket_connect_timeout=SOCKET_SECONDS,
            socket_timeout=ANSWER_SECONDS + SOCKET_SECONDS,
        )

    def ask(self, mosaic_id: str, look: Mapping[str, str], *, sharp: bool, bare: bool) -> bytes:
        """Send, and wait. Raises ServiceDown where Redis or a worker does not answer."""
        return self._ask(TASK_TUNE, mosaic_id, dict(look), sharp, bare)

    def ask_curve(self, mosaic_id: str, look: Mapping[str, str]) -> bytes:
        """Send, and wait, as `ask`."""
        return self._ask(TASK_CURVE, mosaic_id, dict(look))

    def ask_cell(self, mosaic_id: str, look: Mapping[str, str], *, col: int, row: int) -> bytes:
        """Send, and wait, as `ask`."""
        return self._ask(TASK_CELL, mosaic_id, dict(look), col, row)

    def ask_fit(self, photo_id: str, tile_set_id: str, look: Mapping[str, str]) -> bytes:
        """Send, and wait, as `ask`."""
        return self._ask(TASK_FIT, photo_id, tile_set_id, dict(look))

    def _ask(self, task: str, *question: object) -> bytes:
        reply_to = f"tessera:answer:{uuid4()}"
        try:
            self._celery.send_task(
                task,
                args=[*question, reply_to],
                queue=Queue.LIVE.value,
                retry=False,
                ignore_result=True,
                expires=ANSWER_SECONDS,
            )
            answer = cast(
                "tuple[bytes, bytes] | None", self._redis.blpop([reply_to], ANSWER_SECONDS)
            )
        except (OperationalError, OSError, redis.RedisError) as error:
            raise ServiceDown(f"no way to a worker: {type(error).__name__}") from error
        if answer is None:
            raise ServiceDown("no worker answered in time")
        return answer[1]


class Answers:
    """The other end: where a worker puts its answers."""

    def __init__(self, redis_url: str) -> None:
        self._redis = redis.Redis.from_url(
            redis_url, socket_connect_timeout=SOCKET_SECONDS, socket_timeout=SOCKET_SECONDS
        )

    def put(self, reply_to: str, answer: bytes) -> None:
        """In one step, so that no answer is left behind that nobody fetched."""
        with self._redis.pipeline(transaction=True) as pipe:
            pipe.rpush(reply_to, answer)
            pipe.expire(reply_to, ANSWER_KEPT_SECONDS)
            pipe.execute()


def _sender(redis_url: str) -> Celery:
    celery = Celery(broker=redis_url, set_as_current=False)
    celery.conf.update(
        broker_transport_options=TRANSPORT_OPTIONS,
        broker_connection_timeout=SOCKET_SECONDS,
        task_ignore_result=True,
    )
    return celery
