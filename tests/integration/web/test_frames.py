"""The frame of the film behind a tile, on its page."""

import io

import pytest
from PIL import Image
from sqlalchemy import select

from app.domain.states import JobKind, JobState, Queue
from app.domain.timecodes import time_code
from app.models import Job, SourceFile
from app.services import film_frame
from app.web import tile


@pytest.fixture
def tiles(maker, person):
    return maker.tile_set(person.id)


@pytest.fixture
def hurry(monkeypatch):
    """Nobody waits for a worker that is not there."""
    monkeypatch.setattr(tile, "WAIT_SECONDS", 0.0)


def frame_jobs(maker):
    maker.session.rollback()
    return maker.session.scalars(select(Job).where(Job.kind == JobKind.SHOW_FRAME)).all()


def test_a_tile_of_a_film_shows_its_frame_and_time_code(person, tiles, maker, bell):
    maker.film_behind(tiles)
    page = person.get(f"/tiles/{tiles.id}/t/2").text
    assert f'src="/tiles/{tiles.id}/t/2/frame.jpg"' in page
    assert f"at {time_code(2_000)}" in page
    answer = person.get(f"/tiles/{tiles.id}/t/2/frame.jpg")
    assert Image.open(io.BytesIO(answer.data)).size == (320, 180)
    assert "immutable" in answer.headers["Cache-Control"]
    assert (frame_jobs(maker), bell.rings) == ([], [])


def test_it_has_a_clip_to_play_too(person, tiles, maker, bell):
    maker.film_behind(tiles)
    page = person.get(f"/tiles/{tiles.id}/t/2")
    assert "media-src 'self'" in page.headers["Content-Security-Policy"]
    address = f"/tiles/{tiles.id}/t/2/clip"
    assert f'src="{address}"' in page.text
    whole = person.get(address)
    assert (whole.status_code, whole.data, whole.mimetype) == (200, b"a clip", "video/mp4")
    assert "immutable" in whole.headers["Cache-Control"]
    part = person.get(address, headers={"Range": "bytes=2-"})
    assert (part.status_code, part.data) == (206, b"clip")
    assert (frame_jobs(maker), bell.rings) == ([], [])


def test_clips_are_asked_for_beside_frames(person, tiles, maker, bell, hurry):
    maker.film_behind(tiles, shown=False)
    for what in ("frame.jpg", "clip", "clip"):
        assert person.get(f"/tiles/{tiles.id}/t/1/{what}").status_code == 503
    jobs = maker.session.scalars(select(Job.kind).where(Job.queue == Queue.INTERACTIVE)).all()
    assert sorted(jobs) == [JobKind.SHOW_CLIP, JobKind.SHOW_FRAME]


def test_a_tile_of_a_picture_has_none(person, tiles):
    page = person.get(f"/tiles/{tiles.id}/t/2").text
    assert "frame.jpg" not in page
    assert "<video" not in page
    assert person.get(f"/tiles/{tiles.id}/t/2/clip").status_code == 404
    answer = person.get(f"/tiles/{tiles.id}/t/2/frame.jpg")
    assert answer.status_code == 404
    assert film_frame.NO_FILM in answer.text


def test_a_film_that_is_gone_has_none(person, tiles, maker):
    maker.film_behind(tiles, shown=False)
    for film in maker.session.scalars(select(SourceFile)):
        maker.session.delete(film)
    maker.session.commit()
    assert "frame.jpg" not in person.get(f"/tiles/{tiles.id}/t/1").text
    assert person.get(f"/tiles/{tiles.id}/t/1/frame.jpg").status_code == 404


def test_the_first_time_a_worker_is_asked_once(person, tiles, maker, bell, hurry):
    maker.film_behind(tiles, shown=False)
    for _ in range(2):
        assert person.get(f"/tiles/{tiles.id}/t/1/frame.jpg").status_code == 503
    [job] = frame_jobs(maker)
    assert (job.state, job.queue) == (JobState.QUEUED, Queue.INTERACTIVE)
    assert job.details["time_ms"] == 1_000
    assert bell.rings == [Queue.INTERACTIVE] * 2


def test_what_went_wrong_is_said_and_tried_again(person, tiles, maker, bell, monkeypatch):
    maker.film_behind(tiles, shown=False)
    look = tile.look_for_frame

    def fail_meanwhile(session, asked):
        [job] = frame_jobs(maker)
        job.state, job.error = JobState.FAILED, "No frame of this film can be read."
        maker.session.commit()
        return look(session, asked)

    monkeypatch.setattr(tile, "look_for_frame", fail_meanwhile)
    for _ in range(2):
        answer = person.get(f"/tiles/{tiles.id}/t/1/frame.jpg")
        assert answer.status_code == 404
        assert "No frame of this film can be read." in answer.text
    assert len(bell.rings) == 2


def test_not_everything_is_asked_for_at_once(person, tiles, maker, hurry, monkeypatch):
    monkeypatch.setattr(film_frame, "WAITING_MOST", 2)
    maker.film_behind(tiles, shown=False)
    for number in range(3):
        assert person.get(f"/tiles/{tiles.id}/t/{number}/frame.jpg").status_code == 503
    assert len(frame_jobs(maker)) == 2
