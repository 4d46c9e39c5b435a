"""How much memory processes hold while something runs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Self

EVERY = 0.1


class Peak:
    """The most that any of the groups `groups()` held at once, in megabytes; looked at ten times a second."""

    def __init__(self, groups: Callable[[], list[list[int]]]) -> None:
        self.mb = 0
        self._groups = groups
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._look()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self._look()

    def _watch(self) -> None:
        while not self._over.wait(EVERY):
            self._look()

    def _look(self) -> None:
        held = [sum(map(resident_mb, group)) for group in self._groups()]
        self.mb = max([self.mb, *held])


def resident_mb(pid: int) -> int:
    """Megabytes that are in memory for a process; 0 where it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS")), 0)


def children(pid: int) -> list[int]:
    """Of a process, not of its children."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []


def tree(pid: int) -> list[int]:
    """A process with all that it started."""
    return [pid, *(one for child in children(pid) for one in tree(child))]
