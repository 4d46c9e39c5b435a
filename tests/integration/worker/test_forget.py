"""What a worker keeps on its disk goes when it is deleted."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from app.domain.states import Queue
from app.models import Pack, TileSet
from app.services.be_seen import Presence
from app.services.delete_tile_set import delete_tile_set
from worker.pack_tiles import tiles_listed
from worker.runner import run_next
from worker.sweeper import Sweeper
from worker.tile_cache import PackRef


@pytest.fixture
def shelf(workshop, tmp_path):
    """Names on it."""
    return lambda: sorted(entry.name for entry in (tmp_path / "tile-cache").iterdir())


@pytest.fixture
def forget(sessions, storage, bell, workshop, tmp_path):
    presence = Presence("reader", ["libraries"])
    alive = tmp_path / "alive"
    shelf = workshop.cache.shelf
    return Sweeper(sessions, storage, bell, alive=alive, presence=presence, shelf=shelf).forget


@pytest.fixture
def used(session, upload, workshop, zip_of_pictures):
    """A set that a worker has at hand: its index, its thumbs and a pack."""
    tile_set = upload(("pieces.zip", zip_of_pictures))
    while run_next(workshop, Queue.LIBRARIES):
        pass
    pack = PackRef.of(session.scalars(select(Pack)).one())
    workshop.cache.pack(pack)
    workshop.cache.stock(
        tile_set.id, 1, [pack], lambda: tiles_listed(workshop.sessions, tile_set.id)
    )
    return tile_set


def test_a_set_that_is_there_stays_and_one_that_was_deleted_goes(
    session, storage, owner, used, shelf, forget
):
    before = shelf()
    assert {name.partition("-")[0] for name in before} == {"index", "pack", "thumbs"}
    forget()
    assert shelf() == before
    delete_tile_set(session, storage, owner_id=owner, tile_set_id=used.id)
    assert session.scalars(select(TileSet)).all() == []
    forget()
    assert shelf() == []


def test_what_nobody_knows_stays(workshop, tmp_path, shelf, forget):
    others = [f"strange-{uuid4()}", "making-abc", "alive", f"pack-{uuid4()}.jpegs"]
    for name in others:
        (tmp_path / "tile-cache" / name).write_bytes(b"x")
    forget()
    assert shelf() == sorted(others[:-1])
