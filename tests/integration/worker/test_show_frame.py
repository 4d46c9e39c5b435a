"""Frames cut out of films that are kept."""

import io
from dataclasses import replace

import av
import numpy as np
import pytest
from PIL import Image
from sqlalchemy import select

from app.domain.errors import NotFound
from app.domain.states import Queue
from app.models import Clip, Job, Source, SourceFile, Still, Tile
from app.services.delete_tile_set import delete_tile_set
from app.services.film_frame import CLIP, STILL, ask_for_frame, look_for_frame
from app.services.remove_tiles import remove_source
from tests.unit.engine.films import every_second, make_film, shot
from worker.runner import run_next
from worker.tile_cache import TileCache


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
    def send(number, sight=STILL):
        return ask_for_frame(
            session, bell, owner_id=owner, tile_set_id=filmed.id, number=number, sight=sight
        )

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
        with Image.open(io.BytesIO(storage.get(look_for_frame(session, asked).key))) as still:
            seen = np.asarray(still).astype(int)
        assert seen.shape == (90, 160, 3)
        assert np.abs(seen[:75] - picture[:75]).mean() < 14
        assert ask(number).job_id is None
    assert len(session.scalars(select(Still)).all()) == 2


def test_the_seconds_around_a_tile(session, storage, workshop, ask):
    _, _, number, _ = numbers_at(session, 4_000)
    asked = ask(number, CLIP)
    assert look_for_frame(session, asked) is None
    assert run_next(workshop, Queue.INTERACTIVE)
    clip = look_for_frame(session, asked)
    assert storage.head(clip.key).content_type == clip.content_type == "video/mp4"
    with av.open(io.BytesIO(storage.get(clip.key))) as film:
        seen = [(frame.time, frame.to_ndarray(format="rgb24")) for frame in film.decode(video=0)]
    assert [round(time, 2) for time, _ in seen] == [*(i / 5 for i in range(20)), 3.97]
    for time, pixels in seen[::5]:
        assert np.abs(pixels.astype(int) - shot(92 + int(time))).mean() < 14
    assert ask(number, CLIP).job_id is None
    assert ask(number, STILL).job_id is not None


class Afar:
    """A store whose films have to be fetched."""

    def __init__(self, storage):
        self.storage = storage
        self.fetched = []

    def path(self, _):
        return None

    def download(self, key, path):
        self.fetched.append(key)
        self.storage.download(key, path)

    def local(self, key, folder):
        self.fetched.append(key)
        return self.storage.local(key, folder)


@pytest.mark.parametrize(("room", "fetched"), [(10**9, 1), (1000, 2)])
def test_a_film_is_fetched_once_where_there_is_room_for_it(
    session, storage, workshop, ask, tmp_path, room, fetched
):
    left, *_ = numbers_at(session, 4_000)
    afar = Afar(storage)
    there = replace(workshop, cache=TileCache(tmp_path / "shelf", afar, room))
    for sight in (STILL, CLIP):
        assert ask(left, sight).job_id
        assert run_next(there, Queue.INTERACTIVE)
        assert look_for_frame(session, ask(left, sight)) is not None
    assert len(afar.fetched) == fetched
    assert len(list((tmp_path / "shelf").glob("film-*"))) == 2 - fetched


@pytest.mark.parametrize("sight", [STILL, CLIP])
def test_both_tiles_of_a_frame_share_it(session, workshop, ask, sight):
    left, right, *_ = numbers_at(session, 4_000)
    assert ask(left, sight).job_id == ask(right, sight).job_id
    assert run_next(workshop, Queue.INTERACTIVE)
    assert not run_next(workshop, Queue.INTERACTIVE)


def test_a_film_that_cannot_be_read_any_more_is_said(session, storage, workshop, ask):
    for film in session.scalars(select(SourceFile)):
        storage.put(film.key, b"no film")
    asked = ask(numbers_at(session, 4_000)[0])
    assert run_next(workshop, Queue.INTERACTIVE)
    with pytest.raises(NotFound, match="not a film"):
        look_for_frame(session, asked)


@pytest.mark.parametrize("sight", [STILL, CLIP])
def test_a_film_removed_meanwhile_leaves_nothing(
    session, storage, bell, owner, workshop, ask, filmed, sight
):
    ask(numbers_at(session, 4_000)[0], sight)
    source = session.scalars(select(Source)).one()
    remove_source(
        session, storage, bell, owner_id=owner, tile_set_id=filmed.id, source_id=source.id
    )
    assert run_next(workshop, Queue.INTERACTIVE)
    assert [
        info.key for info in storage.list("o/") if info.key.endswith(("frame.jpg", "clip"))
    ] == []


def test_frames_and_clips_go_with_their_set(session, storage, owner, workshop, ask, filmed):
    for sight in (STILL, CLIP):
        ask(numbers_at(session, 4_000)[0], sight)
        assert run_next(workshop, Queue.INTERACTIVE)
    session.expire_all()
    delete_tile_set(session, storage, owner_id=owner, tile_set_id=filmed.id)
    assert list(storage.list("o/")) == []
    assert [model for model in (Still, Clip, Job) if session.scalars(select(model)).all()] == []
