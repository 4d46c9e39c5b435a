"""Candidates of the mosaics that are being tuned or thought of, in memory. What was asked for longest ago goes first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from engine.build import Match
from worker.jobs.order import Supply
from worker.tile_cache import Stock


@dataclass(frozen=True)
class Found:
    """A match, and where its tiles are."""

    match: Match
    supply: Supply
    stock: Stock

    @property
    def nbytes(self) -> int:
        """Memory of its own: the index is mapped from a file."""
        table = self.match.candidates
        arrays = (table.start, table.tiles, table.scores, table.mirrored, table.steps)
        return self.match.cells.nbytes + sum(a.nbytes for a in arrays if a is not None)


@dataclass
class _Place:
    lock: threading.Lock = field(default_factory=threading.Lock)
    found: Found | None = None


class Matches:
    """Up to so many bytes; the newest is kept however large it is. Threads that ask for the same wait for one search."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._places: OrderedDict[Hashable, _Place] = OrderedDict()

    def get(self, key: Hashable, find: Callable[[], Found]) -> Found:
        """What is there under this key, or what `find` finds. Whatever it raises is raised, and the next one tries again."""
        with self._lock:
            place = self._places.setdefault(key, _Place())
            self._places.move_to_end(key)
        with place.lock:
            if place.found is None:
                place.found = find()
        self._forget_old()
        return place.found

    def _forget_old(self) -> None:
        with self._lock:
            sizes = {
                key: place.found.nbytes if place.found else 0 for key, place in self._places.items()
            }
            total = sum(sizes.values())
            for key in list(self._places)[:-1]:
                if total <= self._max_bytes:
                    return
                total -= sizes[key]
                del self._places[key]
