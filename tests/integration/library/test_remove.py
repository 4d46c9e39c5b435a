"""Tiles and sources are taken out: rows first, objects later, and no number is given twice."""

import pytest
from sqlalchemy import select

from app.domain.errors import NotFound, NotNow
from app.domain.states import JobKind, JobState, Queue
from app.models import Job, Pack, Sheet, Source, Tile
from app.services.remove_tiles import remove_source, remove_tiles


@pytest.fixture
def tile_set(library):
    tile_set = library.empty()
    library.add(tile_set, 6)
    return tile_set


def numbers(session, tile_set):
    tiles = select(Tile.number).where(Tile.tile_set_id == tile_set.id).order_by(Tile.number)
    return list(session.scalars(tiles))


def test_some_tiles_go_and_the_others_keep_their_numbers(
    session, storage, bell, owner, tile_set, library
):
    removed = remove_tiles(
        session, storage, bell, owner_id=owner, tile_set_id=tile_set.id, numbers=[1, 4, 99]
    )
    assert removed == 2
    assert numbers(session, tile_set) == [0, 2, 3, 5]
    assert (tile_set.tile_count, tile_set.generation, tile_set.next_number) == (4, 2, 6)
    library.add(tile_set, 1)
    assert numbers(session, tile_set) == [0, 2, 3, 5, 6]


def test_what_shows_a_removed_tile_is_hidden_at_once_and_wiped_soon(
    session, storage, bell, owner, tile_set
):
    session.add_all(
        Sheet(tile_set_id=tile_set.id, number=n, key="k", offset=0, length=1, until=6, tiles=6)
        for n in (0, 1)
    )
    remove_tiles(session, storage, bell, owner_id=owner, tile_set_id=tile_set.id, numbers=[3])
    assert list(session.scalars(select(Sheet.number))) == [1]
    assert session.scalars(select(Pack)).one().dirty
    job = session.scalars(select(Job).where(Job.kind == JobKind.SURVEY_SET)).one()
    assert (job.tile_set_id, job.state) == (tile_set.id, JobState.QUEUED)
    assert bell.rings == [Queue.LIBRARIES]


def test_nothing_to_remove_changes_nothing(session, storage, bell, owner, tile_set):
    assert not remove_tiles(
        session, storage, bell, owner_id=owner, tile_set_id=tile_set.id, numbers=[77]
    )
    assert tile_set.generation == 1
    assert bell.rings == []


def test_a_source_goes_with_its_tiles_and_objects(session, storage, bell, owner, tile_set, library):
    second = library.add(tile_set, 3, name="second.zip")
    kept = {info.key for info in storage.list("o/") if "/0." in info.key}
    name = remove_source(
        session, storage, bell, owner_id=owner, tile_set_id=tile_set.id, source_id=second.id
    )
    assert name == "second.zip"
    assert numbers(session, tile_set) == [0, 1, 2, 3, 4, 5]
    assert tile_set.tile_count == 6
    assert len(session.scalars(select(Source)).all()) == 1
    assert {info.key for info in storage.list("o/")} == kept


def test_a_source_that_is_being_read_stays(session, storage, bell, owner, tile_set, library):
    source = library.add(tile_set, 1)
    job = session.scalars(select(Job).where(Job.source_id == source.id)).one()
    job.state = JobState.QUEUED
    session.commit()
    with pytest.raises(NotNow, match="still being read"):
        remove_source(
            session, storage, bell, owner_id=owner, tile_set_id=tile_set.id, source_id=source.id
        )
    session.rollback()
    assert len(numbers(session, tile_set)) == 7


def test_only_its_owner_removes_and_nobody_from_a_shared_set(
    session, storage, bell, owner, tile_set
):
    with pytest.raises(NotFound):
        remove_tiles(
            session, storage, bell, owner_id=tile_set.id, tile_set_id=tile_set.id, numbers=[1]
        )
    tile_set.shared = True
    session.commit()
    with pytest.raises(NotFound):
        remove_tiles(session, storage, bell, owner_id=owner, tile_set_id=tile_set.id, numbers=[1])


def test_a_source_of_another_set_is_not_found(session, storage, bell, owner, tile_set, library):
    other = library.add(library.empty("Other"), 1)
    with pytest.raises(NotFound):
        remove_source(
            session, storage, bell, owner_id=owner, tile_set_id=tile_set.id, source_id=other.id
        )
