"""Seconds and megabytes: work timed, compared, and done in a process of its own."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple, Self, TypeVar

T = TypeVar("T")

# Between two looks at the memory: the shortest work measured takes some tens of milliseconds.
_LOOK_SECONDS = 0.005


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Seconds that work took, and what it returned."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def best(*works: Callable[[], object], repeats: int) -> list[float]:
    """The least seconds of each work. They take turns, so that a busy moment of the machine falls on all of them."""
    rounds = [[timed(work)[0] for work in works] for _ in range(repeats)]
    return [min(seconds) for seconds in zip(*rounds, strict=True)]


def alone(work: Callable[..., T], *args: Any) -> T:
    """Work in a process that does nothing else, started afresh: its peak of memory is its own."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *args).result()


class Peak(NamedTuple):
    """Megabytes of this process at most so far.

    total : everything resident: pages of mapped files count as far as they were touched, code of libraries too.
    own : of these what it allocated itself; the rest belongs to files, and the system takes it back when it wants to.
    """

    total: int
    own: int


class Memory:
    """Watches this process while it works: `with Memory() as memory: ...`, then `memory.peak`."""

    def __enter__(self) -> Self:
        self._own = _status_mb("RssAnon")
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(_LOOK_SECONDS):
            self._own = max(self._own, _status_mb("RssAnon"))

    @property
    def peak(self) -> Peak:
        """What it came to."""
        # Not ru_maxrss: a process inherits that from the one that started it.
        return Peak(_status_mb("VmHWM"), max(self._own, _status_mb("RssAnon")))


def _status_mb(name: str) -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    values = dict(line.split(":", 1) for line in lines)
    return int(values[name].split()[0]) // 1024
