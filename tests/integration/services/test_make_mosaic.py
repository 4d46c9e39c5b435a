"""Accepting a mosaic: one transaction, one ring, however often the form is sent."""

import threading
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from app.domain.errors import BadInput, NotFound
from app.domain.limits import SYSTEM_OWNER
from app.domain.options import MosaicOptions
from app.domain.states import JobState, Queue
from app.models import Job, Mosaic
from app.services.create_tile_set import create_tile_set
from app.services.make_mosaic import make_mosaic


@pytest.fixture
def make(session, bell, owner, photo, tile_set):
    def call(**changes):
        values = {
            "owner_id": owner,
            "photo_id": photo.id,
            "tile_set_id": tile_set.id,
            "options": MosaicOptions(),
            "idempotency_key": "form-1",
        }
        return make_mosaic(session, bell, **(values | changes))

    return call


def count(session, table):
    return session.scalar(select(func.count()).select_from(table))


def test_mosaic_and_job_come_together_and_the_bell_rings_once(make, bell, session):
    mosaic = make(options=MosaicOptions(penalty=0.15, matcher="exhaustive", cells_across=12))
    assert (mosaic.cols, mosaic.rows) == (12, 9)
    assert (mosaic.penalty, mosaic.matcher) == (0.15, "exhaustive")
    assert mosaic.tile_set_name == "Lake house"
    assert mosaic.job.state == JobState.QUEUED
    assert bell.rings == [Queue.MOSAICS]
    assert count(session, Mosaic) == count(session, Job) == 1


def test_the_same_form_again_gives_the_same_mosaic(make, bell, session):
    assert make().id == make(options=MosaicOptions(penalty=0.5)).id
    assert bell.rings == [Queue.MOSAICS]
    assert count(session, Job) == 1


def test_the_same_form_ten_times_at_once(sessions, bell, owner, photo, tile_set):
    start, made = threading.Barrier(10), []

    def send():
        with sessions() as session:
            start.wait()
            mosaic = make_mosaic(
                session,
                bell,
                owner_id=owner,
                photo_id=photo.id,
                tile_set_id=tile_set.id,
                options=MosaicOptions(),
                idempotency_key="form-1",
            )
            made.append(mosaic.id)

    threads = [threading.Thread(target=send) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 10
    assert len(set(made)) == 1
    assert bell.rings == [Queue.MOSAICS]


def test_what_is_somebody_else_s_is_not_found(make, stranger):
    with pytest.raises(NotFound, match="no such photo"):
        make(owner_id=stranger)


def test_a_stranger_s_tile_set_is_not_found(make, session, stranger):
    theirs = create_tile_set(session, owner_id=stranger, name="Theirs")
    with pytest.raises(NotFound, match="no such tile set"):
        make(tile_set_id=theirs.id)


def test_a_shared_set_serves_everybody(make, session):
    shared = create_tile_set(session, owner_id=SYSTEM_OWNER, name="Sample", sample=True)
    shared.tile_count = 3000
    session.commit()
    assert make(tile_set_id=shared.id).tile_set_id == shared.id


def test_an_empty_set_is_named(make, session, owner):
    empty = create_tile_set(session, owner_id=owner, name="Nothing yet")
    with pytest.raises(BadInput, match="“Nothing yet” has no tiles yet. Add pictures") as caught:
        make(tile_set_id=empty.id)
    assert caught.value.field == "tile_set"


def test_a_photo_smaller_than_its_grid_is_refused_and_nothing_is_queued(make, session, bell):
    with pytest.raises(BadInput, match="120 px wide, too small for 300 cells"):
        make(options=MosaicOptions(cells_across=300))
    assert count(session, Job) == 0
    assert bell.rings == []


WISHES = MosaicOptions(
    placement="optimal", mirrors=False, shift=0.3, max_uses=9, min_distance=2, use_all=True
)


def test_every_wish_is_in_the_row(make, session):
    mosaic = make(options=WISHES)
    session.expire_all()
    assert session.get(Mosaic, mosaic.id).options == WISHES


@pytest.mark.parametrize(
    ("options", "field", "sentence"),
    [
        (
            MosaicOptions(max_uses=1),
            "max_uses",
            "100 tiles at 1 use cannot cover 266 cells: allow 3 uses or use 11 cells across.",
        ),
        (MosaicOptions(min_distance=10), "min_distance", "takes 121 tiles, not 100: choose"),
        (MosaicOptions(use_all=True, cells_across=8), "use_all", "cannot all show in 48 cells"),
    ],
)
def test_a_wish_that_cannot_be_held_is_said_before_anything_is_queued(
    make, session, bell, options, field, sentence
):
    with pytest.raises(BadInput, match=sentence) as caught:
        make(options=options)
    assert caught.value.field == field
    assert count(session, Job) == 0
    assert bell.rings == []


def test_unknown_ids_are_not_found(make):
    with pytest.raises(NotFound):
        make(photo_id=uuid4())
