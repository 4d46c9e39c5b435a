"""A task is one call."""

from __future__ import annotations

from celery import shared_task

from app.domain.states import Queue
from app.queue import TASK_WORK
from worker.context import Context
from worker.runner import run_next

# Put here by worker.celery once a process.
context: list[Context] = []


@shared_task(name=TASK_WORK, ignore_result=True)
def work(queue: str) -> None:
    """The bell rang: there may be a job in this queue."""
    run_next(context[0], Queue(queue))
