"""A task is one call."""

from __future__ import annotations

from celery import shared_task

from app.domain.edits import Cell
from app.domain.states import Queue
from app.queue import TASK_CELL, TASK_CURVE, TASK_FIT, TASK_TUNE, TASK_WORK
from worker.context import Context
from worker.runner import run_next
from worker.studio import Studio

# Put here by worker.celery once a process.
context: list[Context] = []
studio: list[Studio] = []


@shared_task(name=TASK_WORK, ignore_result=True)
def work(queue: str) -> None:
    """The bell rang: there may be a job in this queue."""
    run_next(context[0], Queue(queue))


@shared_task(name=TASK_TUNE, ignore_result=True)
def tune(mosaic_id: str, look: dict[str, str], sharp: bool, bare: bool, reply_to: str) -> None:  # noqa: FBT001 - by place
    """Somebody moved the slider, and waits."""
    studio[0].answer(mosaic_id, look, reply_to, sharp=sharp, bare=bare)


@shared_task(name=TASK_CURVE, ignore_result=True)
def curve(mosaic_id: str, look: dict[str, str], reply_to: str) -> None:
    """The slider rests, and the page draws what its other places would give."""
    studio[0].answer_curve(mosaic_id, look, reply_to)


@shared_task(name=TASK_CELL, ignore_result=True)
def cell(mosaic_id: str, look: dict[str, str], col: int, row: int, reply_to: str) -> None:
    """Somebody chose a cell, and wants to see what else might show there."""
    studio[0].answer_cell(mosaic_id, look, Cell(col, row), reply_to)


@shared_task(name=TASK_FIT, ignore_result=True)
def fit(photo_id: str, tile_set_id: str, look: dict[str, str], reply_to: str) -> None:
    """Somebody chose a photo and a set, and wants to know how they fit."""
    studio[0].answer_fit(photo_id, tile_set_id, look, reply_to)
