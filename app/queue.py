"""Rings the doorbell. The queue itself is Postgres; a lost ring costs delay, never a job."""

from __future__ import annotations

import logging
from typing import Protocol

from celery import Celery
from kombu.exceptions import OperationalError

from app.domain.states import Queue

log = logging.getLogger(__name__)

TASK_WORK = "tessera.work"

# Socket time-outs of 2 s: an upload is accepted within 3 s even while Redis hangs.
SOCKET_SECONDS = 2
TRANSPORT_OPTIONS = {
    "socket_timeout": SOCKET_SECONDS,
    "socket_connect_timeout": SOCKET_SECONDS,
    "retry_on_timeout": False,
    "max_retries": 0,
}


class Doorbell(Protocol):
    """Tells a worker that there may be something to claim."""

    def ring(self, queue: Queue) -> None:
        """Best effort; never raises."""


class CeleryDoorbell:
    """A message of a few bytes through the broker at `redis_url`."""

    def __init__(self, redis_url: str) -> None:
        self._celery = Celery(broker=redis_url, set_as_current=False)
        self._celery.conf.update(
            broker_transport_options=TRANSPORT_OPTIONS,
            broker_connection_timeout=SOCKET_SECONDS,
            task_ignore_result=True,
        )

    def ring(self, queue: Queue) -> None:
        """Send without retry: the sweeper rings again for whatever stays queued."""
        try:
            self._celery.send_task(
                TASK_WORK, args=[queue.value], queue=queue.value, retry=False, ignore_result=True
            )
        except (OperationalError, OSError) as error:
            log.warning("doorbell for %s not heard: %s", queue.value, type(error).__name__)
