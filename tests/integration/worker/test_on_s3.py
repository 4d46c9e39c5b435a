"""The whole path with objects in a bucket: upload, read, make, delete."""

import io

import pytest
from PIL import Image
from sqlalchemy import select

from app.domain.states import JobState, Queue
from app.models import Mosaic
from app.services.delete_mosaic import delete_mosaic
from app.services.delete_tile_set import delete_tile_set
from tests.swift_server.fixture import swift, swift_server
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
    assert storage.head(mosaic.png_key).content_type == "image/png"
    delete_mosaic(session, storage, owner_id=owner, mosaic_id=mosaic.id)
    delete_tile_set(session, storage, owner_id=owner, tile_set_id=tile_set.id)
    assert list(storage.list("o/")) == []
