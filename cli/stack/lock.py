"""One Tessera per folder."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from cli.stack.process import NotStarted

# How long the parts of a Tessera that was killed may take to stop.
LEFTOVERS_SECONDS = 30


class Lock:
    """Two locked files. The supervisor alone holds one; its children's guards hold the other with it.

    So the first tells whether a supervisor lives, and the second whether anything of the last one still runs.
    """

    def __init__(self, note: Path, shared: int) -> None:
        self.note = note
        self.shared = shared

    def say(self, address: str) -> None:
        """Leave word for whoever finds the folder taken."""
        self.note.write_text(f"(process {os.getpid()}): {address}\n")


@contextmanager
def hold(var: Path, pause: Callable[[float], None]) -> Iterator[Lock]:
    """Take the folder. Raises NotStarted while another Tessera uses it."""
    with ExitStack() as files:
        alone = _open(var / "supervisor.lock", files)
        shared = _open(var / "stack.lock", files)
        lock = Lock(var / "supervisor.lock", shared)
        if not _locked(alone):
            raise NotStarted(
                f"Tessera runs already with the data in {var} {lock.note.read_text()}"
                "Stop that one with Ctrl-C first, or start another in a folder of its own: "
                "tessera up --var FOLDER"
            )
        lock.say("its address is not known yet")
        _wait_for_leftovers(shared, var, pause)
        yield lock


def _open(path: Path, files: ExitStack) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    files.callback(os.close, descriptor)
    return descriptor


def _locked(descriptor: int) -> bool:
    """Whether it is ours now."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _wait_for_leftovers(shared: int, var: Path, pause: Callable[[float], None]) -> None:
    for _ in range(LEFTOVERS_SECONDS * 10):
        if _locked(shared):
            return
        pause(0.1)
    raise NotStarted(
        f"Parts of the last Tessera in {var} do not end. "
        "Wait a minute, or start in another folder: tessera up --var FOLDER"
    )
