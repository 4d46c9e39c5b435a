"""One Tessera per folder."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from cli.stack.process import NotStarted

# How long the parts of a Tessera that was killed may take to stop.
LEFTOVERS_SECONDS = 30


class Lock:
    """Held by the supervisor and by each of its children's guards: free only when all of them are gone."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self.descriptor = descriptor

    def say(self, address: str) -> None:
        """Leave word for whoever finds the folder taken."""
        self.path.write_text(f"{os.getpid()}\n{address}\n")


@contextmanager
def hold(var: Path, pause: Callable[[float], None]) -> Iterator[Lock]:
    """Take the folder. Raises NotStarted while another Tessera uses it."""
    path = var / "lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _take(path, descriptor, pause)
        lock = Lock(path, descriptor)
        lock.say("an address it has not found yet")
        yield lock
    finally:
        os.close(descriptor)


def _take(path: Path, descriptor: int, pause: Callable[[float], None]) -> None:
    for _ in range(LEFTOVERS_SECONDS * 10):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _refuse_if_alive(path)
            pause(0.1)
        else:
            return
    raise NotStarted(
        f"What is left of the last Tessera in {path.parent} does not end. "
        "Wait a minute, or start in another folder: tessera up --var FOLDER"
    )


def _refuse_if_alive(path: Path) -> None:
    """Who holds the lock: a living supervisor, or what a killed one left and what is just about to stop?"""
    number, _, address = path.read_text().strip().partition("\n")
    if number and Path("/proc", number).exists():
        raise NotStarted(
            f"Tessera runs already with the data in {path.parent} (process {number}): {address}\n"
            "Stop that one with Ctrl-C first, or start another in a folder of its own: tessera up --var FOLDER"
        )
