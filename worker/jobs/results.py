"""Objects that a run has written, deleted again unless the run's transaction commits.

Where Postgres goes away nobody knows whether it did: then they stay, and the collector finds out which of them a row names.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from sqlalchemy.exc import DBAPIError

from app.storage.base import Storage
from app.storage.forget import forget_objects

log = logging.getLogger(__name__)


class Results:
    """Writes objects under keys that carry the claim's token."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._written: list[str] = []

    def put(self, key: str, body: bytes | BinaryIO, content_type: str) -> str:
        """Store an object and remember it. Returns the key."""
        self._written.append(key)
        self._storage.put(key, body, content_type=content_type)
        return key

    def take_back(self) -> None:
        """Delete everything written."""
        forget_objects(self._storage, self._written)


@contextmanager
def results(storage: Storage) -> Iterator[Results]:
    """Take everything back when the block raises, but where the transaction may have been committed."""
    written = Results(storage)
    try:
        yield written
    except DBAPIError as error:
        log.warning("objects of this run are left to the collector: %s", type(error).__name__)
        raise
    except BaseException:
        written.take_back()
        raise
