"""What Tessera said yes to, written down by those who asked, apart from the database."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from uuid import UUID

from tests.chaos import things
from tests.chaos.person import Person


@dataclass
class Accepted:
    """One job."""

    kind: str
    id: UUID
    group: str
    bundle: things.Bundle | None = None
    photo: int = 0
    # Other answers to the same form: all of them have to name the same thing.
    again: list[UUID] = field(default_factory=list)
    cancelled: bool = False
    deleted: bool = False
    # A delete or a cancel was sent, and its answer never came.
    in_doubt: bool = False


@dataclass
class Ledger:
    """Of all people of a run."""

    entries: list[Accepted] = field(default_factory=list)
    # What a hand on the slider was shown: the group of its mosaic, and the hash of the picture.
    shown: list[tuple[str, str]] = field(default_factory=list)
    gave_up: int = 0
    people: list[Person] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, entry: Accepted) -> Accepted:
        with self.lock:
            self.entries.append(entry)
        return entry

    def __len__(self) -> int:
        return len(self.entries)
