"""People who make sets and mosaics, change their minds, and press buttons twice. What was accepted is written down here."""

from __future__ import annotations

import random
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from tests.chaos import things
from tests.chaos.person import GaveUp, Person

MOSAICS_EACH = 10
# Beside the one that mosaics are made of.
SETS_EACH = 2
DUPLICATE, CANCEL, DELETE, SPLIT, DROP_SET = 0.12, 0.08, 0.08, 0.35, 0.15
ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
PHOTO = re.compile(r'name="photo_id" value="([0-9a-f-]{36})"[^>]* checked')
# While the set is read, which waits for a lease of a minute where its worker was killed.
SET_SECONDS = 300


@dataclass
class Accepted:
    """One job that Tessera said yes to."""

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
    """Kept by those who ask, apart from the database."""

    entries: list[Accepted] = field(default_factory=list)
    gave_up: int = 0
    people: list[Person] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, entry: Accepted) -> Accepted:
        with self.lock:
            self.entries.append(entry)
        return entry

    def __len__(self) -> int:
        return len(self.entries)


class Crowd:
    """Threads of people, each one after another, until there is enough."""

    def __init__(self, port: int, rng: random.Random, enough: Callable[[], bool]) -> None:
        self.ledger = Ledger()
        self.trouble: list[BaseException] = []
        self._port = port
        self._enough = enough
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
        try:
            while not self._enough():
                person = Person(self._port)
                self.ledger.people.append(person)
                try:
                    Visit(person, rng, self.ledger, self._enough, self._room.wait).run()
                except GaveUp:
                    self.ledger.gave_up += 1
        except BaseException as error:
            self.trouble.append(error)
            raise


@dataclass
class Visit:
    """What one person does."""

    person: Person
    rng: random.Random
    ledger: Ledger
    enough: Callable[[], bool]
    room: Callable[[], object] = lambda: None
    photos: dict[int, str] = field(default_factory=dict)

    def run(self) -> None:
        self.person.arrive()
        variant = self.rng.randrange(things.VARIANTS)
        set_id = self.new_set()
        self.add(set_id, self.bundle(variant))
        for _ in range(SETS_EACH):
            split = self.rng.random() < SPLIT
            self.add(
                self.new_set(), things.split_bundle(variant) if split else self.bundle(variant)
            )
        self.await_tiles(set_id)
        for _ in range(MOSAICS_EACH):
            self.room()
            if not self.enough():
                self.mosaic(set_id, variant)
        if self.rng.random() < DROP_SET:
            self.drop(set_id)

    def bundle(self, variant: int) -> things.Bundle:
        zipped = self.rng.random() < 0.7
        return things.zip_bundle(variant, 0) if zipped else things.loose_bundle(variant)

    def new_set(self) -> UUID:
        """An answer that gets lost leaves an empty set behind: sets have no form key, and cost nothing."""
        return _id(self.person.send("/tiles", {"name": "Lake house"}).location)

    def add(self, set_id: UUID, bundle: things.Bundle) -> None:
        key = uuid4().hex
        for _ in range(1 + (self.rng.random() < DUPLICATE)):
            answer = self.person.send(f"/tiles/{set_id}", {"form_key": key}, bundle.files, "files")
            assert answer.accepted, answer.body
        self.ledger.add(Accepted("source", set_id, bundle.variant, bundle))

    def await_tiles(self, set_id: UUID) -> None:
        """As somebody who looks at the set's page now and then."""
        deadline = time.monotonic() + SET_SECONDS
        while time.monotonic() < deadline:
            page = self.person.ask("GET", f"/tiles/{set_id}")
            if (
                page
                and page.status == 200
                and not re.search(rb"/jobs/[0-9a-f-]+/cancel", page.body)
            ):
                return
            time.sleep(1)
        raise GaveUp

    def mosaic(self, set_id: UUID, variant: int) -> None:
        """Ask for one, now and then twice, and now and then change one's mind."""
        photo = self.rng.randrange(things.PHOTOS)
        look = self.rng.randrange(things.LOOKS)
        key = uuid4().hex
        first = self.ask(set_id, photo, look, key)
        group = f"{variant}-{photo}-{look}"
        entry = self.ledger.add(Accepted("mosaic", first, group, photo=photo))
        if self.rng.random() < DUPLICATE:
            entry.again += _side_by_side(lambda: self.ask(set_id, photo, look, key))
        if photo not in self.photos:
            self.look_up_photo(entry)
        self.change_of_mind(entry)

    def ask(self, set_id: UUID, photo: int, look: int, key: str = "") -> UUID:
        """The mosaic that the form gives: with a photo, or with one that was sent before."""
        fields = {"form_key": key or uuid4().hex, "tile_set": str(set_id), **things.look(look)}
        if photo in self.photos:
            answer = self.person.send("/mosaics", {**fields, "photo_id": self.photos[photo]})
            if answer.accepted:
                return _id(answer.location)
            del self.photos[photo]  # it went with the last mosaic that was made of it
        answer = self.person.send("/mosaics", fields, [("photo.jpg", things.photo(photo))], "photo")
        assert answer.accepted, answer.body
        return _id(answer.location)

    def look_up_photo(self, entry: Accepted) -> None:
        page = self.person.ask("GET", f"/?from={entry.id}")
        found = page and PHOTO.search(page.body.decode())
        if found:
            self.photos[entry.photo] = found[1]

    def change_of_mind(self, entry: Accepted) -> None:
        dice = self.rng.random()
        if dice > CANCEL + DELETE:
            return
        time.sleep(self.rng.uniform(0, 1.5))
        entry.in_doubt = True
        if dice < CANCEL:
            page = self.person.ask("GET", f"/mosaics/{entry.id}")
            found = page and re.search(rf"/jobs/({ID.pattern})/cancel", page.body.decode())
            if found and self.person.send(f"/jobs/{found[1]}/cancel", {}).accepted:
                entry.cancelled = True
        else:
            # Sent again after an answer was lost it finds nothing: gone is gone.
            entry.deleted = self.person.send(f"/mosaics/{entry.id}/delete", {}).status in {303, 404}
        entry.in_doubt = False

    def drop(self, set_id: UUID) -> None:
        mine = [each for each in self.ledger.entries if each.id == set_id]
        for each in mine:
            each.in_doubt = True
        gone = self.person.send(f"/tiles/{set_id}/delete", {}).status in {303, 404}
        for each in mine:
            each.deleted, each.in_doubt = gone, False


def _id(location: str) -> UUID:
    found = ID.search(location)
    assert found, location
    return UUID(found[0])


def _side_by_side(send: Callable[[], UUID]) -> list[UUID]:
    """The form again twice, at the same time."""
    got: list[UUID | None] = []
    threads = [threading.Thread(target=lambda: got.append(_quietly(send))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [each for each in got if each]


def _quietly(send: Callable[[], UUID]) -> UUID | None:
    try:
        return send()
    except GaveUp:
        return None
