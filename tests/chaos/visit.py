"""What one person does: make sets and mosaics, change their mind, press buttons twice, and move a slider."""

from __future__ import annotations

import hashlib
import random
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode
from uuid import UUID, uuid4

from app.domain.limits import PART_BYTES
from tests.chaos import things
from tests.chaos.in_parts import send_in_parts
from tests.chaos.ledger import Accepted, Ledger
from tests.chaos.person import GaveUp, Person

MOSAICS_EACH = 14
# Beside the one that mosaics are made of.
SETS_EACH = 2
DUPLICATE, CANCEL, DELETE, SPLIT, DROP_SET = 0.12, 0.08, 0.08, 0.35, 0.15
# Of a zip of 17 MB, in two parts; and how often somebody moves the slider of a mosaic they asked for before.
IN_PARTS, SLIDER = 0.15, 0.10
ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
PHOTO = re.compile(r'name="photo_id" value="([0-9a-f-]{36})"[^>]* checked')
# While the set is read, which waits for a lease of a minute where its worker was killed.
SET_SECONDS = 300


@dataclass
class Visit:
    """What one person does."""

    person: Person
    rng: random.Random
    ledger: Ledger
    enough: Callable[[], bool] = lambda: False
    room: Callable[[], object] = lambda: None
    variants: int = things.VARIANTS
    # Where nobody answers hands on a slider, there is none.
    slider: float = SLIDER
    photos: dict[int, str] = field(default_factory=dict)
    made: list[Accepted] = field(default_factory=list)

    def run(self) -> None:
        self.person.arrive()
        variant = self.rng.randrange(self.variants)
        set_id = self.new_set()
        self.add(set_id, self.bundle(variant))
        for _ in range(SETS_EACH):
            self.other_set(variant)
        self.await_tiles(set_id)
        for _ in range(MOSAICS_EACH):
            self.room()
            if not self.enough():
                self.mosaic(set_id, variant)
        if self.rng.random() < DROP_SET:
            self.drop(set_id)

    def other_set(self, variant: int) -> None:
        dice = self.rng.random()
        if dice < IN_PARTS:
            self.add_by_itself(things.large_bundle(variant))
        else:
            split = dice < IN_PARTS + SPLIT
            self.add_by_itself(things.split_bundle(variant) if split else self.bundle(variant))

    def add_by_itself(self, bundle: things.Bundle) -> None:
        """To a set of its own, in the way that is usual for its size."""
        large = sum(len(body) for _, body in bundle.files) > PART_BYTES
        (self.add_in_parts if large else self.add)(self.new_set(), bundle)

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

    def add_in_parts(self, set_id: UUID, bundle: things.Bundle) -> None:
        """As the script of the page sends a large file; it goes on where it was, whatever happens in between."""
        [(name, body)] = bundle.files
        send_in_parts(self.person, set_id, name, body)
        self.ledger.add(Accepted("source", set_id, bundle.variant, bundle))

    def await_tiles(self, set_id: UUID) -> None:
        """As somebody who looks at the set's page now and then."""
        deadline = time.monotonic() + SET_SECONDS
        while time.monotonic() < deadline and not self.enough():
            page = self.person.ask("GET", f"/tiles/{set_id}")
            if (
                page
                and page.status == 200
                and not re.search(rb"/jobs/[0-9a-f-]+/cancel", page.body)
            ):
                return
            time.sleep(1)
        if not self.enough():
            raise GaveUp

    def mosaic(self, set_id: UUID, variant: int) -> None:
        """Ask for one, now and then twice, and now and then change one's mind."""
        photo, look = self.rng.randrange(things.PHOTOS), self.rng.randrange(things.LOOKS)
        entry = self.order(set_id, variant, photo, look)
        if photo not in self.photos:
            self.look_up_photo(entry)
        self.made.append(entry)
        self.change_of_mind(entry)
        if self.rng.random() < self.slider:
            self.move_slider(self.rng.choice(self.made))

    def order(self, set_id: UUID, variant: int, photo: int, look: int) -> Accepted:
        key = uuid4().hex
        made = self.ask(set_id, photo, look, key)
        group = f"{variant}-{photo}-{look}"
        entry = self.ledger.add(Accepted("mosaic", made, group, photo=photo))
        if self.rng.random() < DUPLICATE:
            entry.again += _side_by_side(lambda: self.ask(set_id, photo, look, key))
        return entry

    def move_slider(self, entry: Accepted) -> None:
        """No row, no promise; but what is shown has to be right."""
        address = f"/mosaics/{entry.id}/live.jpg?{urlencode(things.look(0))}"
        answer = self.person.ask("GET", address)
        if answer and answer.status == 200:
            found = hashlib.sha256(answer.body).hexdigest()
            self.ledger.shown.append((entry.group, found))

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
