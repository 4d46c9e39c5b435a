"""Builds the Celery app and wires everything a worker needs.

`celery -A worker.celery:celery_app worker -Q live -P threads` for hands on a slider, `-Q interactive,mosaics` for those who
wait before a page, `-Q libraries` for imports: a page never waits behind one.
"""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
from threading import Thread
from typing import Any

import numpy as np
from celery import Celery, signals

from app.db import PAGE_QUIET_SECONDS, WORKER_QUIET_SECONDS, connect, sessions_from
from app.domain.states import Queue
from app.logs import write_logs
from app.queue import TRANSPORT_OPTIONS, Answers, CeleryDoorbell
from app.services.be_seen import Presence
from app.services.counters import Counters
from app.settings import Settings
from app.storage import storage_from
from app.tracing import trace
from engine.descriptor import mean_lab
from engine.features import color_sums
from engine.limits import THUMB_PX
from engine.warm import warm
from worker import tasks
from worker.context import Context
from worker.studio import Studio
from worker.sweeper import Sweeper
from worker.tile_cache import TileCache

settings = Settings.from_environ(os.environ)
# Made before the pool forks, so that its children see it too.
stopping = multiprocessing.get_context("fork").Event()

celery_app = Celery("tessera", broker=settings.redis_url)
celery_app.conf.update(
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    # A job may take an hour: never hold a second one that another worker could run.
    worker_prefetch_multiplier=1,
    # Decoders and pools of pixels grow slowly; a fresh process now and then costs a second.
    worker_max_tasks_per_child=50,
    # A child that takes longer to start is killed and started again: with the usual 4 s, on a busy machine, for ever.
    worker_proc_alive_timeout=60.0,
    worker_enable_remote_control=False,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    # Redis may be away for as long as it likes.
    broker_connection_max_retries=None,
    broker_transport_options=TRANSPORT_OPTIONS | {"max_retries": None},
)


def build_context(quiet: float = WORKER_QUIET_SECONDS) -> Context:
    """Collaborators for this process. It waits so many seconds for a word from Postgres before it asks whether it is there."""
    storage = storage_from(settings.storage_url, **settings.s3)
    pool = connect(settings.database_url, pool_size=2, quiet=quiet)
    counters = Counters()
    return Context(
        sessions=sessions_from(pool, quota=settings.quota),
        storage=storage,
        doorbell=CeleryDoorbell(settings.redis_url),
        cache=TileCache(settings.cache_dir, storage, settings.cache_max_bytes, counters),
        stopping=stopping,
        most_running=settings.quota_running,
        counters=counters,
    )


@signals.setup_logging.connect
def _log(**_: Any) -> None:
    write_logs(settings.log_level, settings.log_format)
    logging.getLogger("pyvips").setLevel(logging.WARNING)  # it tells of every thread pool


@signals.worker_init.connect
def _load_once(**_: Any) -> None:
    """What every process of the pool would load for itself, half a second each, before it forks.

    It stays for good: nobody need go through it for garbage again and again.
    """
    mean_lab(color_sums(np.zeros((1, THUMB_PX, THUMB_PX, 3), np.uint8)))
    gc.freeze()


@signals.worker_init.connect
def _open_studio(**_: Any) -> None:
    """Once a worker: threads have no signal of their own, and nothing is connected before the first question."""
    context = build_context(PAGE_QUIET_SECONDS)  # a page waits for the answer
    tasks.studio[:] = [Studio(context, Answers(settings.redis_url))]


@signals.worker_process_init.connect
def _wire(**_: Any) -> None:
    trace("tessera-worker", settings.otel_exporter_otlp_endpoint)
    tasks.context[:] = [build_context()]


@signals.worker_ready.connect
def _begin(sender: Any, **_: Any) -> None:
    context = build_context()
    alive = settings.cache_dir / "alive"
    queues = sorted(sender.app.amqp.queues.consume_from)
    if Queue.LIVE in queues:
        # Nobody waits for it: whoever comes meanwhile is answered as soon as it is done.
        Thread(target=warm, name="warm", daemon=True).start()
    presence = Presence(sender.hostname, queues)
    Sweeper(
        context.sessions,
        context.storage,
        context.doorbell,
        alive=alive,
        presence=presence,
        shelf=context.cache.shelf,
    ).start()


@signals.worker_shutting_down.connect
def _let_go(**_: Any) -> None:
    """Jobs under way give themselves back at their next word of progress; nothing more is claimed."""
    stopping.set()
