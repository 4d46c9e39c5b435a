"""Things on this worker's disk that can be had again: fetched from storage, or made anew.

Several processes share the folder: everything is made beside its place and moved in at once. When it grows past its
limit, what was used longest ago goes first; what was deleted goes within a minute (`worker.forget`). A file's time of access
says when it was used: its other times may be those of the object whose bytes it shares.
"""

from __future__ import annotations

import logging
import os
import secrets
import shutil
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from app.services.counters import Counters

log = logging.getLogger(__name__)

There = Callable[[str, set[UUID]], set[UUID]]
"""Asked for a kind of things, and some ids of these: which of them are there?"""


class Shelf:
    """Files and folders by name: the kind of what it belongs to, its id, and what else tells it apart."""

    def __init__(self, root: Path, max_bytes: int, counters: Counters | None = None) -> None:
        self.max_bytes = max_bytes
        self._root = root
        self._counters = counters or Counters()
        root.mkdir(parents=True, exist_ok=True)

    def made(self, name: str, make: Callable[[Path], None]) -> Path:
        """What is there under this name, or what `make` puts at the path that it is given."""
        place = self._root / name
        if place.exists():
            self._counters.add("cache", result="hit")
            _use(place)
            return place
        self._counters.add("cache", result="miss")
        # Not in a folder of its own: to remove one waits for the disk for some milliseconds.
        fresh = self._root / f"making-{secrets.token_hex(8)}-{name}"
        try:
            make(fresh)
            _use(fresh)
            _move(fresh, place)
        finally:
            _remove(fresh)
        self._forget_old(keep=place)
        return place

    def last_used(self, prefix: str) -> list[Path]:
        """What there is under names that begin so, the last used first."""
        return sorted(self._root.glob(f"{prefix}*"), key=_used_at, reverse=True)

    def remove(self, name: str) -> None:
        """Whether it is there or not."""
        _remove(self._root / name)

    def forget_gone(self, there: There) -> None:
        """Remove what belongs to things that are gone."""
        for kind, entries in self._by_kind().items():
            kept = there(kind, {id_ for _, id_ in entries})
            for entry in [entry for entry, id_ in entries if id_ not in kept]:
                log.info("forgetting %s, which was deleted", entry.name)
                _remove(entry)

    def _by_kind(self) -> dict[str, list[tuple[Path, UUID]]]:
        """What is finished, by the kind of thing that it belongs to, and to which."""
        found = defaultdict(list)
        for entry in self._root.iterdir():
            kind, _, rest = entry.name.partition("-")
            with suppress(ValueError):
                found[kind].append((entry, UUID(rest[:36])))
        return found

    def _forget_old(self, keep: Path) -> None:
        entries = [(_used_at(e), _size(e), e) for e in self._root.iterdir() if e != keep]
        total = sum(size for _, size, _ in entries) + _size(keep)
        for _, size, entry in sorted(entries, key=lambda e: e[0]):
            if total <= self.max_bytes:
                return
            log.info("tile cache is full: forgetting %s", entry.name)
            _remove(entry)
            total -= size


def _move(fresh: Path, place: Path) -> None:
    try:
        fresh.rename(place)
    except OSError:  # another process was first; a folder that holds files is not replaced
        if not place.exists():
            raise


def _use(place: Path) -> None:
    os.utime(place, ns=(time.time_ns(), place.stat().st_mtime_ns))


def _used_at(entry: Path) -> float:
    try:
        return entry.stat().st_atime
    except FileNotFoundError:  # another process forgot it meanwhile
        return 0.0


def _size(entry: Path) -> int:
    try:
        if entry.is_dir():
            return sum(file.stat().st_size for file in entry.rglob("*") if file.is_file())
        return entry.stat().st_size
    except FileNotFoundError:
        return 0


def _remove(entry: Path) -> None:
    if entry.is_dir():
        shutil.rmtree(entry, ignore_errors=True)
    else:
        entry.unlink(missing_ok=True)
