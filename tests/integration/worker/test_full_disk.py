"""A disk that is full for real: it says so, nothing half-written is shown or left, and work goes on once there is room."""

import pytest
from sqlalchemy import func, select, update

from app.domain.states import JobState, Queue
from app.models import Job, Pack, TileSet
from app.storage import storage_from
from tests.integration.small_disk import small_disk
from worker.in_the_way import STORAGE_FULL
from worker.runner import run_next


@pytest.fixture
def disk(tmp_path):
    with small_disk(tmp_path, "16m") as disk:
        yield disk


@pytest.fixture
def storage(disk):
    return storage_from(disk.folder.as_uri())


@pytest.fixture
def files(disk):
    """All that lies on the disk, whole or not, without what fills it."""

    def files():
        return {path for path in disk.folder.rglob("*") if path.is_file()} - {disk.filler}

    return files


def make_due(session):
    session.execute(update(Job).values(not_before=func.now()))
    session.commit()


def waits_for_room(session, **subject):
    session.expire_all()
    [job] = session.scalars(select(Job).filter_by(**subject).where(Job.state != JobState.SUCCEEDED))
    return (job.state, job.attempt, job.stage) == (JobState.QUEUED, 0, STORAGE_FULL)


@pytest.mark.parametrize("left", [0, 150_000])
def test_a_mosaic_waits_for_room(disk, files, workshop, tile_set, order, session, storage, left):
    """Whether the room ends at the first picture, or after some."""
    mosaic = order(tile_set, cells_across=16)
    before = files()
    disk.fill(but=left)
    assert run_next(workshop, Queue.MOSAICS)
    assert waits_for_room(session, mosaic_id=mosaic.id)
    session.refresh(mosaic)
    assert (mosaic.jpeg_key, mosaic.zoom_key, mosaic.preview_key, mosaic.photo_view_key) == (
        None,
    ) * 4
    assert files() == before
    disk.free()
    make_due(session)
    assert run_next(workshop, Queue.MOSAICS)
    session.refresh(mosaic)
    assert mosaic.job.state == JobState.SUCCEEDED
    assert len(storage.get(mosaic.jpeg_key)) == mosaic.jpeg_bytes > 150_000


def test_tiles_wait_for_room(disk, files, workshop, upload, zip_of_pictures, session, storage):
    tile_set = upload(("pieces.zip", zip_of_pictures))
    before = files()
    disk.fill(but=100_000)
    assert run_next(workshop, Queue.LIBRARIES)
    assert waits_for_room(session)
    assert session.scalar(select(TileSet.tile_count)) == 0
    assert session.scalar(select(func.count()).select_from(Pack)) == 0
    assert files() == before
    disk.free()
    make_due(session)
    assert run_next(workshop, Queue.LIBRARIES)
    session.refresh(tile_set)
    [pack] = session.scalars(select(Pack))
    assert tile_set.tile_count > 300
    assert len(storage.get(pack.key)) == pack.bytes
