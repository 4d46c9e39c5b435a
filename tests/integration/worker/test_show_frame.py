"""Frames cut out of films that are kept."""

import io

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import select

from app.domain.errors import NotFound
from app.domain.states import Queue
from app.models import Job, Source, SourceFile, Still, Tile
from app.services.delete_tile_set import delete_tile_set
from app.services.film_frame import ask_for_frame, look_for_frame
from app.services.remove_tiles import remove_source
from tests.unit.engine.films import every_second, make_film, shot
from worker.runner import run_next


@pytest.fixture
def film(tmp_path):
    return make_film(tmp_path / "lake.mp4", map(every_second(rate=5), range(50)), rate=5)


@pytest.fixture
def filmed(upload, workshop, film):
    """A set of the tiles of two films of one name."""
    other = make_film(film.parent / "b.mp4", (shot(90 + i // 5) for i in range(50)), rate=5)
    tile_set = upload(("lake.mp4", film.read_bytes()), ("lake.mp4", other.read_bytes()))
    while run_next(workshop, Queue.LIBRARIES):
        pass
    return tile_set


@pytest.fixture
def ask(session, bell, owner, filmed):
    def send(number):
        return ask_for_frame(session, bell, owner_id=owner, tile_set_id=filmed.id, number=number)

    return send


def numbers_at(session, time_ms):
    at = select(Tile.number).where(Tile.time_ms == time_ms).order_by(Tile.number)
    return session.scalars(at).all()


def test_the_frame_behind_a_tile(session, storage, workshop, ask):
    left, _, of_other, _ = numbers_at(session, 4_000)
    for number, picture in ((left, shot(4)), (of_other, shot(94))):
        asked = ask(number)
        assert look_for_frame(session, asked) is None
        assert run_next(workshop, Queue.INTERACTIVE)
        with Image.open(io.BytesIO(storage.get(look_for_frame(session, asked)))) as still:
            seen = np.asarray(still).astype(int)
        assert seen.shape == (90, 160, 3)
        assert np.abs(seen[:75] - picture[:75]).mean() < 14
        assert ask(number).job_id is None
    assert len(session.scalars(select(Still)).all()) == 2


def test_both_tiles_of_a_frame_share_it(session, workshop, ask):
    left, right, *_ = numbers_at(session, 4_000)
    assert ask(left).job_id == ask(right).job_id
    assert run_next(workshop, Queue.INTERACTIVE)
    assert not run_next(workshop, Queue.INTERACTIVE)


def test_a_film_that_cannot_be_read_any_more_is_said(session, storage, workshop, ask):
    for film in session.scalars(select(SourceFile)):
        storage.put(film.key, b"no film")
    asked = ask(numbers_at(session, 4_000)[0])
    assert run_next(workshop, Queue.INTERACTIVE)
    with pytest.raises(NotFound, match="not a film"):
        look_for_frame(session, asked)


def test_a_film_removed_meanwhile_leaves_nothing(
    session, storage, bell, owner, workshop, ask, filmed
):
    ask(numbers_at(session, 4_000)[0])
    source = session.scalars(select(Source)).one()
    remove_source(
        session, storage, bell, owner_id=owner, tile_set_id=filmed.id, source_id=source.id
    )
    assert run_next(workshop, Queue.INTERACTIVE)
    assert [info.key for info in storage.list("o/") if "frame" in info.key] == []


def test_frames_go_with_their_set(session, storage, owner, workshop, ask, filmed):
    ask(numbers_at(session, 4_000)[0])
    assert run_next(workshop, Queue.INTERACTIVE)
    session.expire_all()
    delete_tile_set(session, storage, owner_id=owner, tile_set_id=filmed.id)
    assert list(storage.list("o/")) == []
    assert [model for model in (Still, Job) if session.scalars(select(model)).all()] == []
