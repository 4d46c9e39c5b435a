"""As many tiles as one person may have, and not one more: reading stops, says so, and what was read stays."""

import io
import threading
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from app import db
from app.domain.limits import SYSTEM_OWNER
from app.domain.quotas import Quota
from app.domain.states import JobState, Queue
from app.models import Job, Pack, Refusal, Source, Tile
from app.services.add_pictures import add_pictures
from app.services.create_tile_set import create_tile_set
from app.services.quotas import use_of
from tests.unit.engine.films import every_second, make_film
from worker.desk import Desk
from worker.jobs import packing, parts, stretches
from worker.jobs.read_part import read_into
from worker.runner import run_next

SAYS = "as many tiles as are kept for one person here: "


@pytest.fixture
def allow(workshop, database):
    """Work like one worker, for people who may have so many tiles."""

    def work(tiles):
        sessions = db.sessions_from(database, quota=Quota(10**12, tiles, 50))
        limited = replace(workshop, sessions=sessions, desk=Desk())
        while run_next(limited, Queue.LIBRARIES):
            pass
        limited.desk.clear()

    return work


def told(session):
    """Of the one upload: what it counts, and what was said."""
    session.expire_all()
    source = session.scalars(select(Source)).one()
    refused = session.scalars(select(Refusal).order_by(Refusal.number)).all()
    return (source.taken, source.refused), [(one.name, one.reason) for one in refused]


def test_the_last_tiles_that_there_is_room_for_are_taken(
    allow, upload, session, storage, owner, pictures, monkeypatch
):
    monkeypatch.setattr(packing, "PACK_TILES", 4)
    tile_set = upload(*pictures[:10])
    allow(6)
    counts, [(name, reason)] = told(session)
    assert counts == (6, 4)
    assert name == f"{pictures[6][0]} and 3 more"
    assert SAYS + "6. What was read before this is in the set." in reason
    job = session.scalars(select(Job).where(Job.source_id.is_not(None))).one()
    assert (job.state, job.taken, job.refused) == (JobState.SUCCEEDED, 6, 4)
    assert tile_set.tile_count == use_of(session, owner).tiles == 6
    names = session.scalars(select(Tile.name).order_by(Tile.number)).all()
    assert names == [name for name, _ in pictures[:6]]
    packs = session.scalars(select(Pack.key)).all()
    assert len(packs) == 2
    there = {info.key for info in storage.list("o/") if info.key.endswith(".jpegs")}
    assert there == set(packs)


def test_what_is_there_already_needs_no_room(allow, upload, session, pictures):
    tile_set = upload(*pictures[:5])
    allow(5)
    upload(*pictures[:5], tile_set=tile_set)
    allow(5)
    session.expire_all()
    assert tile_set.tile_count == 5
    assert session.scalars(select(Source.duplicates)).all().count(5) == 1
    assert session.scalars(select(Refusal)).all() == []


def test_parts_for_which_there_is_no_room_are_not_read(
    allow, upload, session, zip_of_pictures, monkeypatch
):
    monkeypatch.setattr(parts, "PART_TILES", 50)
    monkeypatch.setattr(parts, "LEAST_OF_TILES", 1.0)
    read = []
    monkeypatch.setattr("worker.jobs.read_part.read_into", spied(read))
    tile_set = upload(("pieces.zip", zip_of_pictures))
    allow(120)
    counts, said = told(session)
    assert counts == (120, 280)
    assert tile_set.tile_count == 120
    assert len(read) == 3
    assert [name for name, _ in said][1:] == [
        f"pieces.zip, files {first} to {first + 49}" for first in range(151, 400, 50)
    ]
    assert all(SAYS in reason for _, reason in said)


def spied(calls):
    def read(*arguments):
        calls.append(arguments)
        return read_into(*arguments)

    return read


def test_a_film_ends_where_there_is_no_more_room(allow, upload, session, tmp_path, monkeypatch):
    monkeypatch.setattr(stretches, "STRETCH_TILES", 1)
    film = make_film(tmp_path / "lake.mp4", map(every_second(rate=2), range(240)), rate=2)
    tile_set = upload(("lake.mp4", film.read_bytes()))
    allow(10)
    (taken, refused), said = told(session)
    assert taken == tile_set.tile_count == session.scalar(select(func.count()).select_from(Tile))
    assert taken == 10
    assert refused < 150, "most of the film was not read at all"
    assert [reason for _, reason in said if SAYS not in reason] == []
    assert len(said) == 1
    job = session.scalars(select(Job).where(Job.parent_id.is_(None), Job.source_id.is_not(None)))
    assert job.one().state == JobState.SUCCEEDED


def test_two_uploads_at_once_share_the_room(allow, upload, session, owner, pictures):
    sets = [upload(*pictures[start : start + 40]) for start in (0, 100)]
    workers = [threading.Thread(target=allow, args=(50,)) for _ in sets]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    session.expire_all()
    assert sorted(tile_set.tile_count for tile_set in sets) == [10, 40]
    assert use_of(session, owner).tiles == 50


def test_nobody_counts_what_is_everybodys(allow, workshop, session, storage, bell, owner, pictures):
    tile_set = create_tile_set(session, owner_id=SYSTEM_OWNER, name="Shared")
    add_pictures(
        session,
        storage,
        bell,
        owner_id=SYSTEM_OWNER,
        tile_set_id=tile_set.id,
        files=[(name, io.BytesIO(body)) for name, body in pictures[:5]],
        idempotency_key="shared",
    )
    allow(1)
    session.expire_all()
    assert tile_set.tile_count == 5
