"""The whole path with objects in a bucket: upload, read, make, delete."""

import io
import tempfile

import pytest
from PIL import Image
from sqlalchemy import select

from app.domain.states import JobState, Queue
from app.models import Mosaic
from app.services.delete_mosaic import delete_mosaic
from app.services.delete_tile_set import delete_tile_set
from app.services.film_frame import ask_for_frame, look_for_frame
from tests.swift_server.fixture import swift, swift_server
from tests.unit.engine.films import every_second, make_film
from worker.runner import run_next

__all__ = ["swift", "swift_server"]


@pytest.fixture
def storage(swift_server):
    """A bucket in place of the disk, for everything this test asks for."""
    return swift_server.with_bucket().storage()


def test_from_upload_to_mosaic_and_nothing_left(workshop, session, storage, owner, tile_set, order):
    order(tile_set)
    assert run_next(workshop, Queue.MOSAICS)
    session.expire_all()
    mosaic = session.scalars(select(Mosaic)).one()
    assert mosaic.job.state == JobState.SUCCEEDED, mosaic.job.error
    with Image.open(io.BytesIO(storage.get(mosaic.jpeg_key))) as jpeg:
        assert jpeg.size == (2000, 2000)
    assert storage.head(mosaic.jpeg_key).content_type == "image/jpeg"
    delete_mosaic(session, storage, owner_id=owner, mosaic_id=mosaic.id)
    delete_tile_set(session, storage, owner_id=owner, tile_set_id=tile_set.id)
    assert list(storage.list("o/")) == []


def test_a_film_is_read_and_looked_into_out_of_a_bucket(
    upload, run_all, workshop, session, storage, bell, owner, tmp_path, monkeypatch
):
    """What is copied for it is gone afterwards."""
    copies = tmp_path / "copies"
    copies.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(copies))
    film = make_film(tmp_path / "lake.mp4", map(every_second(rate=5), range(50)), rate=5)
    tile_set = upload(("lake.mp4", film.read_bytes()))
    run_all()
    assert tile_set.tile_count == 20
    asked = ask_for_frame(session, bell, owner_id=owner, tile_set_id=tile_set.id, number=6)
    assert run_next(workshop, Queue.INTERACTIVE)
    with Image.open(io.BytesIO(storage.get(look_for_frame(session, asked).key))) as frame:
        assert frame.size == (160, 90)
    assert list(copies.iterdir()) == []
    delete_tile_set(session, storage, owner_id=owner, tile_set_id=tile_set.id)
    assert list(storage.list("o/")) == []
