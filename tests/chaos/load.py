"""People, one after another in each of some threads, until there is enough."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.chaos.ledger import Ledger
from tests.chaos.person import GaveUp, Person
from tests.chaos.visit import Visit


class Crowd:
    """All of them. Seeds of what they do come from `rng`, one a thread; `wishes` are of every visit."""

    def __init__(
        self, port: int, rng: random.Random, enough: Callable[[], bool], **wishes: Any
    ) -> None:
        self.ledger = Ledger()
        # Answers that nobody should get.
        self.trouble: list[str] = []
        self._port = port
        self._enough = enough
        self._wishes = wishes
        self._seeds = rng
        self._threads: list[threading.Thread] = []
        self.since = time.monotonic()
        self._room = threading.Event()
        self._room.set()

    def start(self, count: int) -> None:
        for _ in range(count):
            thread = threading.Thread(target=self._people, args=(self._seeds.random(),))
            thread.start()
            self._threads.append(thread)

    @property
    def busy(self) -> bool:
        return any(thread.is_alive() for thread in self._threads)

    def hold(self, *, full: bool) -> None:
        """Nobody asks for more while too much waits."""
        self._room.clear() if full else self._room.set()

    def join(self) -> None:
        for thread in self._threads:
            thread.join()

    def _people(self, seed: float) -> None:
        rng = random.Random(seed)
        while not self._enough():
            person = Person(self._port)
            self.ledger.people.append(person)
            try:
                visit = Visit(person, rng, self.ledger, self._enough, self._room.wait)
                replace(visit, **self._wishes).run()
            except GaveUp:
                self.ledger.gave_up += 1
            except Exception as error:  # noqa: BLE001 - whatever it is, the run goes on, and its end says it
                self.trouble.append(repr(error))
