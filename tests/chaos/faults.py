"""What goes wrong: processes killed and frozen, Redis wiped, Postgres cut off, storage away. By process id, and only our own."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from cli.stack import guard
from cli.stack.process import Process
from tests.chaos.stage import Stage

FROZEN_SECONDS = 10
# Longer than a worker waits for a word from Postgres.
HUNG_SECONDS = 30
# Longer than a lease: whoever wakes is a zombie.
ZOMBIE_SECONDS = 75
AWAY_SECONDS = 8
FREEZES = {"freeze": FROZEN_SECONDS, "hang": HUNG_SECONDS, "zombie": ZOMBIE_SECONDS}
# Nothing disturbs a process again before it could do anything.
GAP_SECONDS = (2.0, 7.0)
PAUSE_BEFORE_START = 1.0
# Lines: a traceback that names another.
LAST_WORDS = 80

WEIGHTS = {
    "kill worker": 16,
    "kill child": 8,
    "kill decoder": 6,
    "kill web": 12,
    "freeze worker": 12,
    "freeze web": 8,
    "wipe redis": 12,
    "freeze redis": 6,
    "postgres immediate": 14,
    "freeze postgres": 6,
    "hang postgres": 2,
    "storage away": 10,
    "zombie": 2,
}


@dataclass
class Faults:
    """Disturbs a stage from the main thread, for processes are started there."""

    stage: Stage
    rng: random.Random
    done: Counter[str] = field(default_factory=Counter)
    # Names of processes, and the ends of their logs.
    ended_by_themselves: list[tuple[str, str]] = field(default_factory=list)
    _due: list[tuple[float, Callable[[], None]]] = field(default_factory=list)
    _down: set[str] = field(default_factory=set)

    @property
    def count(self) -> int:
        return self.done.total()

    def one(self, kind: str | None = None) -> None:
        """Do one thing, chosen by the seed."""
        kind = kind or self.rng.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        verb, _, what = kind.partition(" ")
        worker = self.rng.choice(list(self.stage.workers.values()))
        target = {
            "web": self.stage.web,
            "redis": self.stage.valkey,
            "postgres": self.stage.postgres,
        }.get(what, worker)
        if what == "child":
            self._kill_one(descendants(worker)[1:])
        elif what == "decoder":
            self._kill_one([pid for each in self.stage.workers.values() for pid in decoders(each)])
        elif verb == "kill":
            self._kill(target)
        elif verb in FREEZES:
            self._freeze(target, FREEZES[verb])
        elif verb == "wipe":
            self._kill(target)
            shutil.rmtree(self.stage.valkey.data, ignore_errors=True)
        elif verb == "postgres":
            self._immediate()
        else:
            self._storage_away()
        self.done[kind] += 1

    def rest(self, gaps: tuple[float, float]) -> None:
        """Until the next one: thaw and start what is due."""
        until = time.monotonic() + self.rng.uniform(*gaps)
        while time.monotonic() < until:
            self.look()
            time.sleep(0.1)

    def look(self) -> None:
        """Do what is due, and start what ended by itself, as the supervisor does."""
        now = time.monotonic()
        for entry in [each for each in self._due if each[0] <= now]:
            self._due.remove(entry)
            entry[1]()
        for process in self.stage.processes:
            if process.status is not None and process.name not in self._down:
                self.ended_by_themselves.append((process.name, process.tail(LAST_WORDS)))
                self._start_later(process)

    def mend(self) -> None:
        """Thaw and start everything, and let nothing go wrong any more."""
        while self._due:
            self.look()
            time.sleep(0.1)
        self.stage.trouble.on = self.stage.trouble.away = False
        self.look()
        for process in self.stage.processes:
            if process.name not in self._down:
                process.wait_until_ready()

    def _kill(self, process: Process) -> None:
        if process.status is None:
            process.kill()
        self._start_later(process)

    def _start_later(self, process: Process) -> None:
        if process.name in self._down:
            return
        self._down.add(process.name)

        def start() -> None:
            process.start()
            self._down.discard(process.name)

        self._in(PAUSE_BEFORE_START, start)

    def _kill_one(self, pids: list[int]) -> None:
        """As the kernel does when memory runs out."""
        if pids:
            _signal(self.rng.choice(pids), signal.SIGKILL)

    def _freeze(self, process: Process, seconds: float) -> None:
        pids = descendants(process)
        for pid in pids:
            _signal(pid, signal.SIGSTOP)

        def thaw() -> None:
            for pid in pids:
                _signal(pid, signal.SIGCONT)

        self._in(seconds, thaw)

    def _immediate(self) -> None:
        postgres = self.stage.postgres
        if postgres.name not in self._down:
            pids = descendants(postgres)
            for pid in pids[:1]:
                _signal(pid, signal.SIGQUIT)
            for pid in pids:  # one that is frozen hears it only then
                _signal(pid, signal.SIGCONT)
            postgres.wait()
        self._start_later(postgres)

    def _storage_away(self) -> None:
        self.stage.trouble.away = True
        self._in(AWAY_SECONDS, lambda: setattr(self.stage.trouble, "away", False))

    def _in(self, seconds: float, act: Callable[[], None]) -> None:
        self._due.append((time.monotonic() + seconds, act))


def descendants(process: Process) -> list[int]:
    """The program and all that it started; not its guard."""
    if process.status is not None:
        return []
    found: list[int] = []
    with suppress(IndexError):
        waiting = [process.pid]
        while waiting:
            pid = waiting.pop(0)
            found.append(pid)
            waiting += guard.children(pid)
    return found


def decoders(process: Process) -> list[int]:
    """Children that decode what people sent, just now."""
    return [pid for pid in descendants(process) if b"engine.decode_child" in _command(pid)]


def _command(pid: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)
