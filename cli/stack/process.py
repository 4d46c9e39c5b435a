"""A child of ours: started behind a guard, logging to a file, stopped in the way it likes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Self

from cli.stack import guard

ROOT = Path(__file__).resolve().parent.parent.parent
TAIL_LINES = 12


class NotStarted(Exception):
    """A part of the stack did not come up; the message says which, and where to read why."""


class Process:
    """One program of the stack. `start` and `stop` may be called again and again."""

    # How long it may take until it is ready.
    patience: ClassVar[float] = 60

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        log: Path,
        *,
        environ: Mapping[str, str] | None = None,
        stops: Sequence[signal.Signals] = (signal.SIGTERM,),
        grace: float = 10,
        output: int | None = None,
        prefix: Sequence[str] = (),
    ) -> None:
        self.name = name
        self.command = command
        self.log = log
        self.environ = os.environ if environ is None else environ
        self.stops = stops
        self.grace = grace
        self.output = output
        self.prefix = prefix
        self._guard: subprocess.Popen[bytes] | None = None

    def start(self, *, holding: Sequence[int] = ()) -> None:
        """Start it; `holding` are files (locks) that stay open until nothing of it runs any more.

        Call this from the main thread: the kernel takes the end of the starting thread for the end of the parent.
        """
        stops = ",".join(str(int(stop)) for stop in self.stops)
        python = [*self.prefix, sys.executable, "-I", "-S"]
        watch = [guard.__file__, str(os.getpid()), str(self.grace), stops]
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._guard = subprocess.Popen(
                [*python, *watch, *self.command],
                cwd=ROOT,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=log if self.output is None else self.output,
                stderr=log,
                pass_fds=holding,
                start_new_session=True,  # a terminal's Ctrl-C is for the supervisor alone
            )

    def fresh_log(self) -> None:
        """Begin a new log; the last one stays beside it."""
        if self.log.exists():
            self.log.replace(self.log.with_suffix(".last.log"))

    @property
    def status(self) -> int | None:
        """None while it runs, else how it ended: over 128 for a signal."""
        return self._guard.poll() if self._guard else 0

    @property
    def pid(self) -> int:
        """The program itself, not its guard."""
        if self._guard is None:
            raise NotStarted(f"{self.name} was not started")
        return guard.children(self._guard.pid)[0]

    def request_stop(self) -> None:
        self._signal(signal.SIGTERM)

    def stop(self) -> None:
        """Stop it and wait until it and all of its descendants are gone."""
        self.request_stop()
        self.wait()

    def kill(self) -> None:
        """Kill it and all of its descendants at once, as a machine that loses power would."""
        self._signal(signal.SIGQUIT)
        self.wait()

    def request_kill(self) -> None:
        self._signal(signal.SIGQUIT)

    def wait(self) -> None:
        if self._guard:
            self._guard.wait()

    def ready(self) -> bool:
        """Whether it does its work already; running is enough for most."""
        return self.status is None

    def wait_until_ready(self, pause: Callable[[float], None] = time.sleep) -> None:
        """Raises NotStarted when it ends before it is ready, or takes too long."""
        deadline = time.monotonic() + self.patience
        while not self.ready():
            if self.status is not None:
                raise NotStarted(f"{self.name} ended at once.\n{self.tail()}")
            if time.monotonic() > deadline:
                raise NotStarted(
                    f"{self.name} was not ready after {self.patience:.0f} seconds.\n{self.tail()}"
                )
            pause(0.02)

    def __enter__(self) -> Self:
        self.start()
        try:
            self.wait_until_ready()
        except NotStarted:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def tail(self, count: int = TAIL_LINES) -> str:
        """The last lines of its log, and where the rest is."""
        lines = self.log.read_text(errors="replace").splitlines()[-count:]
        return "\n".join([f"The end of {self.log}:", *(f"  {line}" for line in lines)])

    def _signal(self, number: signal.Signals) -> None:
        if self._guard and self._guard.poll() is None:
            self._guard.send_signal(number)
