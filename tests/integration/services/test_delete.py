"""Deleting takes rows first, then objects, and leaves neither."""

import io
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select, update

from app.domain.errors import NotFound
from app.domain.limits import SYSTEM_OWNER
from app.domain.options import MosaicOptions
from app.models import Base, Job, Mosaic, Owner, Pack, Photo, Refusal, Tile, Version
from app.services.add_pictures import add_pictures
from app.services.collect_garbage import collect_garbage
from app.services.create_tile_set import create_tile_set
from app.services.delete_mosaic import delete_mosaic
from app.services.delete_tile_set import delete_tile_set
from app.services.make_mosaic import make_mosaic


@pytest.fixture
def full_set(session, storage, bell, owner, tile_set):
    """A set with a source, its file, a refusal, a pack, a tile and a strip."""
    source = add_pictures(
        session,
        storage,
        bell,
        owner_id=owner,
        tile_set_id=tile_set.id,
        files=[("a.jpg", io.BytesIO(b"a"))],
        idempotency_key="k",
    )
    keys = {
        name: f"o/{owner}/tile-sets/{tile_set.id}/{name}" for name in ("pack", "thumbs", "strip")
    }
    for key in keys.values():
        storage.put(key, b"x")
    tile_set.strip_key = keys["strip"]
    pack = Pack(
        id=uuid4(),
        tile_set_id=tile_set.id,
        key=keys["pack"],
        thumbs_key=keys["thumbs"],
        first_tile=0,
        tiles=1,
        bytes=1,
    )
    session.add(pack)
    session.flush()
    session.add_all(
        [
            Tile(
                tile_set_id=tile_set.id,
                number=0,
                pack_id=pack.id,
                offset=0,
                length=1,
                source_id=source.id,
                name="a.jpg",
            ),
            Refusal(source_id=source.id, number=0, name="b.jpg", reason="broken"),
        ]
    )
    session.commit()
    return tile_set


MOSAIC_KEYS = [column.name for column in Mosaic.__table__.columns if column.name.endswith("_key")]


@pytest.fixture
def mosaic(session, storage, bell, owner, photo, tile_set):
    mosaic = make_mosaic(
        session,
        bell,
        owner_id=owner,
        photo_id=photo.id,
        tile_set_id=tile_set.id,
        options=MosaicOptions(),
        idempotency_key="m",
    )
    for column in MOSAIC_KEYS:
        key = f"o/{owner}/mosaics/{mosaic.id}/{column}"
        setattr(mosaic, column, key)
        storage.put(key, b"x")
    version = Version(
        owner_id=owner,
        mosaic_id=mosaic.id,
        name="Calm",
        look=mosaic.options.written(),
        figures={},
        picture_key=f"o/{owner}/mosaics/{mosaic.id}/versions/1.jpg",
    )
    session.add(version)
    storage.put(version.picture_key, b"x")
    session.commit()
    return mosaic


def rows(session):
    counts = {
        table.name: session.scalar(select(func.count()).select_from(table))
        for table in Base.metadata.sorted_tables
    }
    return {name: number for name, number in counts.items() if number and name != "owners"}


def test_a_set_goes_with_everything_that_belongs_to_it(session, storage, owner, full_set):
    assert (
        delete_tile_set(session, storage, owner_id=owner, tile_set_id=full_set.id) == "Lake house"
    )
    assert rows(session) == {}
    assert list(storage.list("o/")) == []


def test_mosaics_stay_when_their_set_goes(session, storage, owner, mosaic, tile_set):
    delete_tile_set(session, storage, owner_id=owner, tile_set_id=tile_set.id)
    session.expire_all()
    kept = session.get(Mosaic, mosaic.id)
    assert (kept.tile_set_id, kept.tile_set_name) == (None, "Lake house")
    assert storage.get(kept.jpeg_key) == b"x"


def test_a_mosaic_goes_with_its_job_and_its_photo(session, storage, owner, mosaic):
    delete_mosaic(session, storage, owner_id=owner, mosaic_id=mosaic.id)
    assert rows(session) == {"tile_sets": 1}
    assert list(storage.list("o/")) == []


def test_a_photo_that_another_mosaic_needs_stays(session, storage, bell, owner, mosaic, tile_set):
    make_mosaic(
        session,
        bell,
        owner_id=owner,
        photo_id=mosaic.photo_id,
        tile_set_id=tile_set.id,
        options=MosaicOptions(),
        idempotency_key="m2",
    )
    delete_mosaic(session, storage, owner_id=owner, mosaic_id=mosaic.id)
    photo = session.scalar(select(Photo))
    assert storage.head(photo.key).size == photo.bytes


@pytest.mark.parametrize("owner_id", [SYSTEM_OWNER, None])
def test_what_is_shared_or_somebody_else_s_is_not_deleted(
    session, storage, owner, stranger, owner_id
):
    owner_id = owner_id or stranger
    theirs = create_tile_set(session, owner_id=owner_id, name="Theirs")
    with pytest.raises(NotFound):
        delete_tile_set(session, storage, owner_id=owner, tile_set_id=theirs.id)


def test_the_collector_takes_what_nothing_refers_to(
    session, sessions, storage, owner, full_set, mosaic
):
    orphan = f"o/{owner}/mosaics/{uuid4()}/late.jpg"
    storage.put(orphan, b"x")
    kept = {info.key for info in storage.list("o/")} - {orphan}
    assert collect_garbage(sessions, storage, grace=timedelta(0)) == 1
    assert {info.key for info in storage.list("o/")} == kept


def test_the_collector_spares_what_is_young(sessions, storage, owner):
    storage.put(f"o/{owner}/uploads/young", b"x")
    assert collect_garbage(sessions, storage) == 0


def test_a_photo_nobody_used_goes_after_a_day(session, sessions, storage, photo, owner):
    collect_garbage(sessions, storage)
    assert session.scalar(select(func.count()).select_from(Photo)) == 1
    session.execute(update(Photo).values(created_at=func.now() - timedelta(hours=25)))
    session.commit()
    collect_garbage(sessions, storage, grace=timedelta(hours=24))
    assert session.scalar(select(func.count()).select_from(Photo)) == 0


def test_deleting_an_owner_leaves_no_row(session, owner, full_set, mosaic):
    session.execute(update(Job).values(idempotency_key="x" * 36).where(Job.mosaic_id.is_not(None)))
    session.delete(mosaic)
    session.flush()
    session.delete(session.get(Owner, owner))
    session.commit()
    assert rows(session) == {}
