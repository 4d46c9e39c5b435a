"""Objects that no row names any more."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from app.storage.base import Storage, StorageDown

log = logging.getLogger(__name__)


def forget_objects(storage: Storage, keys: Iterable[str | None]) -> None:
    """Delete them; what storage will not delete now, the collector finds within a day.

    Never raises StorageDown: the rows are gone and committed, so whoever asked for that is told yes.
    """
    for key in keys:
        if key:
            try:
                storage.delete(key)
            except StorageDown as error:
                log.warning("object %s is left to the collector: %s", key, error)
