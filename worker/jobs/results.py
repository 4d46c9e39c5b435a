"""Objects that a run has written, deleted again unless the run's transaction commits."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from app.storage.base import Storage, StorageDown

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
        """Delete everything written; what storage will not delete now, the collector finds later."""
        for key in self._written:
            try:
                self._storage.delete(key)
            except StorageDown as error:
                log.warning("object %s is left to the collector: %s", key, error)


@contextmanager
def results(storage: Storage) -> Iterator[Results]:
    """Take everything back when the block raises."""
    written = Results(storage)
    try:
        yield written
    except BaseException:
        written.take_back()
        raise
