"""Counts events in memory and writes them to rows now and then: whoever looks sees the sum over all processes."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import ColumnElement, literal
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.db import Sessions
from app.models import Counter

log = logging.getLogger(__name__)

# What a process that is killed takes with it is at most this old.
WRITE_SECONDS = 5.0
Key = tuple[str, str]


def labelled(labels: Mapping[str, str]) -> str:
    """Labels as one text, the same for the same labels."""
    return json.dumps(dict(sorted(labels.items()))) if labels else ""


class Counters:
    """Of one process; its threads share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: defaultdict[Key, float] = defaultdict(float)
        self._written = time.monotonic()

    def add(self, name: str, value: float = 1, **labels: str) -> None:
        """Count."""
        with self._lock:
            self._counts[name, labelled(labels)] += value

    def write(self, sessions: Sessions, *, at_once: bool = False) -> None:
        """Add to the rows what was counted since; unless `at_once`, not more often than every few seconds. Never raises."""
        with self._lock:
            due = at_once or time.monotonic() - self._written > WRITE_SECONDS
            if not (due and self._counts):
                return
            counts, self._counts = self._counts, defaultdict(float)
            self._written = time.monotonic()
        try:
            with sessions.begin() as session:
                for (name, labels), value in sorted(counts.items()):
                    _add(session, name, labels, value)
        except SQLAlchemyError as error:
            log.warning("counts not written: %s", type(error).__name__)
            with self._lock:
                for key, value in counts.items():
                    self._counts[key] += value


def count(session: Session, name: str, value: float = 1, **labels: str) -> None:
    """Count within a transaction: with what it tells of, or not at all."""
    if value:
        _add(session, name, labelled(labels), value)


def _add(session: Session, name: str, labels: str, value: float) -> None:
    _write(session, name, labels, value, before=Counter.__table__.c.value)


def note(session: Session, name: str, value: float, **labels: str) -> None:
    """A figure that is not counted but looked up anew, such as how many objects there are."""
    _write(session, name, labelled(labels), value, before=literal(0.0))


def _write(
    session: Session, name: str, labels: str, value: float, *, before: ColumnElement[float]
) -> None:
    """A row of this value, or in a row that is there this value and what was `before`."""
    row = insert(Counter).values(name=name, labels=labels, value=value)
    session.execute(
        row.on_conflict_do_update(
            index_elements=["name", "labels"], set_={"value": before + row.excluded.value}
        )
    )
