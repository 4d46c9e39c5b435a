"""Keeps processes running, and stops them in order."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from cli.stack.process import Process
from cli.stack.signals import Stop, pause

FIRST_DELAY = 1.0
LONGEST_DELAY = 30.0
# Whoever ran this long has recovered: its next death counts as the first.
RECOVERED_SECONDS = 60.0

Say = Callable[[str], None]


class Kept:
    """A process that is started again when it dies, a little later each time."""

    def __init__(
        self,
        process: Process,
        holding: Sequence[int] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.process = process
        self.due: float | None = None
        self._holding = holding
        self._clock = clock
        self._delay = FIRST_DELAY
        self.start()

    def start(self) -> None:
        self.due = None
        self._since = self._clock()
        self.process.start(holding=self._holding)

    def look(self, say: Say) -> None:
        """Find out that it has died; start it again when its time has come."""
        now = self._clock()
        if self.due is not None:
            if now >= self.due:
                self.start()
        elif self.process.status is not None:
            self._delay = FIRST_DELAY if now - self._since > RECOVERED_SECONDS else self._delay
            say(f"{self.process.name} ended by itself. {self.process.tail()}")
            say(f"It is started again in {self._delay:.0f} s. Whatever was saved is safe.")
            self.due = now + self._delay
            self._delay = min(self._delay * 2, LONGEST_DELAY)


class Supervisor:
    """Groups of processes in the order in which they were started. They stop in the opposite order."""

    def __init__(self, say: Say, holding: Sequence[int] = ()) -> None:
        """`holding`: files (locks) that stay open as long as any of the processes runs."""
        self.say = say
        self._holding = holding
        self._groups: list[list[Kept]] = []
        self._passing: list[tuple[Process, Callable[[], None]]] = []

    def keep(self, *processes: Process) -> None:
        """Start a group that runs from now on."""
        group: list[Kept] = []
        self._groups.append(group)
        for process in processes:
            process.fresh_log()
            group.append(Kept(process, self._holding))

    def once(self, process: Process, ended: Callable[[], None]) -> None:
        """Start a process that ends by itself; `ended` is called then."""
        process.fresh_log()
        process.start(holding=self._holding)
        self._passing.append((process, ended))

    def run(self) -> None:
        """Look after all of them until somebody asks us to stop. Raises Stop then."""
        while True:
            for kept in self._kept:
                kept.look(self.say)
            for process, ended in [entry for entry in self._passing if entry[0].status is not None]:
                self._passing.remove((process, ended))
                ended()
            due = [kept.due for kept in self._kept if kept.due is not None]
            pause(max(0.0, min(due) - time.monotonic()) if due else None)

    def stop(self) -> None:
        stop_all([process for process, _ in self._passing])
        for group in reversed(self._groups):
            stop_all([kept.process for kept in group])

    @property
    def _kept(self) -> list[Kept]:
        return [kept for group in self._groups for kept in group]


def stop_all(processes: Sequence[Process]) -> None:
    """Stop them side by side and wait. Whoever asks again meanwhile wants it at once."""
    for process in processes:
        process.request_stop()
    while any(process.status is None for process in processes):
        try:
            pause(1)
        except Stop:
            for process in processes:
                process.request_kill()
