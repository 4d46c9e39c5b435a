"""How much memory processes hold while something runs."""

from __future__ import annotations

import resource
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Self

EVERY = 0.1
# Whom to look at costs twenty times what looking does, and on two cores whoever watches slows down what is watched.
ASK_WHOM_EVERY = 5
PAGE_BYTES = resource.getpagesize()


class Peak:
    """The most that any of the groups `groups()` held at once, in megabytes.

    Looked at ten times a second; who belongs to the groups is asked twice a second.
    """

    def __init__(self, groups: Callable[[], list[list[int]]]) -> None:
        self.mb = 0
        self._groups = groups
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._look(self._groups())
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self._look(self._groups())

    def _watch(self) -> None:
        while True:
            groups = self._groups()
            for _ in range(ASK_WHOM_EVERY):
                if self._over.wait(EVERY):
                    return
                self._look(groups)

    def _look(self, groups: list[list[int]]) -> None:
        held = [sum(map(resident_mb, group)) for group in groups]
        self.mb = max([self.mb, *held])


def resident_mb(pid: int) -> int:
    """Megabytes that are in memory for a process; 0 where it is gone."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0
    return pages * PAGE_BYTES // 2**20


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
