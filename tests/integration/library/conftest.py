"""A tile set whose tiles are told apart by their colours, with packs, sources and times, as reading leaves it."""

import io
import threading
from uuid import uuid4

import pytest
from PIL import Image

from app.domain.colors import lab_of
from app.domain.sources import SourceKind
from app.domain.states import JobKind, JobState, Queue
from app.models import Job, Pack, Source, Tile, TileSet
from app.services.ask_to_look import ask_to_look
from worker.context import Context
from worker.runner import run_next
from worker.tile_cache import TileCache


def jpeg(colour, size=(128, 128)):
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG", quality=95)
    return out.getvalue()


def colour_of(number):
    """Far enough from each other to survive JPEG."""
    return (number * 37 % 256, number * 91 % 256, number * 53 % 256)


class Library:
    """Fills sets, one pack a source."""

    def __init__(self, session, storage, owner):
        self.session, self.storage, self.owner = session, storage, owner

    def empty(self, name="Lake house"):
        tile_set = TileSet(id=uuid4(), owner_id=self.owner, name=name)
        self.session.add(tile_set)
        self.session.commit()
        return tile_set

    def add(self, tile_set, count, *, name="lake.zip", film_ms=None):
        """A source of so many tiles; `film_ms` is the time from one to the next in a film."""
        source = Source(
            id=uuid4(),
            owner_id=self.owner,
            tile_set_id=tile_set.id,
            kind=SourceKind.FILM if film_ms else SourceKind.ZIP,
            name=name,
            bytes=1,
            taken=count,
        )
        self.session.add(source)
        self.session.flush()
        self.session.add(self._read(source))
        first = tile_set.next_number
        folder = f"o/{self.owner}/tile-sets/{tile_set.id}"
        pack = Pack(
            id=uuid4(),
            tile_set_id=tile_set.id,
            key=f"{folder}/{first}.jpegs",
            thumbs_key=f"{folder}/{first}.npy",
            first_tile=first,
            tiles=count,
            bytes=0,
        )
        self.session.add(pack)
        self.session.flush()
        body = io.BytesIO()
        for number in range(first, first + count):
            self._tile(tile_set, source, pack, number, body, film_ms)
        self.storage.put(pack.key, body.getvalue())
        self.storage.put(pack.thumbs_key, b"thumbs")
        tile_set.tile_count += count
        tile_set.next_number += count
        tile_set.generation += 1
        self.session.commit()
        return source

    def _tile(self, tile_set, source, pack, number, body, film_ms):
        colour = colour_of(number)
        light, a, b = (round(10 * part) for part in lab_of(colour))
        picture = jpeg(colour)
        self.session.add(
            Tile(
                tile_set_id=tile_set.id,
                number=number,
                pack_id=pack.id,
                offset=body.tell(),
                length=len(picture),
                source_id=source.id,
                name=f"{number:04}, “x”.jpg",
                time_ms=number * film_ms if film_ms else None,
                digest=number.to_bytes(16, "big"),
                lab_l=light,
                lab_a=a,
                lab_b=b,
            )
        )
        body.write(picture)

    def _read(self, source):
        return Job(
            owner_id=self.owner,
            kind=JobKind.READ_SOURCE,
            queue=Queue.LIBRARIES,
            source_id=source.id,
            idempotency_key=uuid4().hex,
            state=JobState.SUCCEEDED,
        )


@pytest.fixture
def library(session, storage, owner):
    return Library(session, storage, owner)


@pytest.fixture
def workshop(sessions, storage, bell, tmp_path):
    cache = TileCache(tmp_path / "tile-cache", storage, 10**9)
    return Context(sessions, storage, bell, cache, threading.Event())


@pytest.fixture
def survey(workshop, session):
    """Ask for what is missing and do it, as sweeper and worker would."""

    def run():
        ask_to_look(session)
        session.commit()
        while run_next(workshop, Queue.LIBRARIES):
            pass
        session.expire_all()

    return run


@pytest.fixture
def colour():
    """`colour(7)` is the colour of tile 7."""
    return colour_of
