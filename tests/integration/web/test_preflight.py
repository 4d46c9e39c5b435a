"""How photo and set fit, told on the first page."""

import io
import re

import pytest
from sqlalchemy import select

from app.domain.errors import ServiceDown
from app.domain.options import MosaicOptions
from app.domain.quotas import COUNTS_A_JOB
from app.domain.states import JobKind, JobState, Queue
from app.domain.tuned import Tuned
from app.models import Job, Mosaic, Photo

COUNTING = "Counting how often tiles repeat."


@pytest.fixture
def photo(maker, person):
    photo = maker.photo(person.id)
    photo.colors = [[5, 0, 0, 9000], [2, 1, -4, 1000]]
    maker.session.commit()
    return photo


@pytest.fixture
def tiles(maker, person):
    tiles = maker.tile_set(person.id, tiles=3)
    tiles.colors = [[5, 0, 0, 3000]]
    maker.session.commit()
    return tiles


@pytest.fixture
def says(person, photo, tiles):
    def get(**fields):
        asked = {"photo_id": photo.id, "tile_set": tiles.id, **fields}
        return person.get("/preflight", query_string=asked).text

    return get


def test_cells_tiles_repeats_and_gaps(says):
    text = says(penalty="0.05")
    assert "6,144 cells, 3 tiles." in text
    assert "At penalty 0.05 the busiest tile will be laid about 2,000 to 4,000 times." in text
    assert (
        "The photo needs dark blues in 614 cells, and the set has no tiles of that colour." in text
    )
    assert "About 50 more would fill the gap." in text


def test_a_set_with_every_color_says_so(says, tiles, maker):
    tiles.colors = [[5, 0, 0, 3000], [2, 1, -4, 500]]
    maker.session.commit()
    assert "The set has every colour that the photo needs." in says()


def test_it_follows_the_cells(says):
    assert "384 cells" in says(cells_across="24")
    assert says(cells_across="2").strip() == ""


def test_of_other_matchers_it_does_not_guess_the_repeats(says):
    text = says(matcher="classic")
    assert "busiest" not in text
    assert "dark blues" in text
    assert COUNTING in text


def subject_in(text):
    return re.search('name="subject" value="([^"]*)"', text)[1]


@pytest.mark.parametrize("matcher", ["perceptual", "classic"])
def test_then_a_worker_lays_it_and_counts(says, photo, tiles, tuner, matcher):
    look = {"penalty": "0.2", "matcher": matcher, "max_uses": "5000", "families": "no"}
    before = says(**look)
    assert COUNTING in before
    assert tuner.asked == []
    after = says(**look, subject=subject_in(before))
    assert (
        "At penalty 0.20 it takes 4,507 different tiles, and the busiest is laid 97 times." in after
    )
    assert COUNTING not in after
    asked = MosaicOptions.parse(**look).written()
    assert tuner.asked == [(str(photo.id), str(tiles.id), asked)]
    # The slider moves: what candidates depend on is the same, so it is counted at once.
    again = says(**look | {"penalty": "0.3"}, subject=subject_in(after))
    assert "At penalty 0.30 it takes" in again
    assert "laid about" not in again


def test_of_another_subject_it_tells_first_what_can_be_told_at_once(says, tuner):
    counted = subject_in(says())
    assert COUNTING in says(subject=counted, cells_across="40")
    assert COUNTING in says(subject=counted, matcher="classic")
    assert tuner.asked == []


def unheard(*_):
    raise ServiceDown("no worker")


def test_where_no_worker_counts_the_guess_stays(says, tuner, monkeypatch):
    subject = subject_in(says())
    tuner.answer = Tuned(sentence="It cannot be laid so.")
    answers = [says(subject=subject)]
    monkeypatch.setattr(tuner, "ask_fit", unheard)
    answers += [says(subject=subject), says(subject=subject, max_uses="1")]
    for text in answers:
        assert "will be laid about" in text
        # Nobody is asked again by himself, and the next change of the form asks anew.
        assert COUNTING not in text
        assert subject_in(text) == ""


def test_many_cells_are_not_laid_to_be_counted(says, photo, maker, tuner):
    photo.width, photo.height = 3000, 2000
    maker.session.commit()
    assert COUNTING in says(cells_across="120")
    text = says(cells_across="130")
    assert COUNTING not in text
    assert "will be laid about" in says(cells_across="130", subject=subject_in(text))
    assert tuner.asked == []


def test_whoever_counts_all_day_is_told_the_guess(limited, maker, tuner):
    person = limited(jobs_per_hour=1)
    photo, tiles = maker.photo(person.id), maker.tile_set(person.id, tiles=3)
    photo.colors, tiles.colors = [[5, 0, 0, 10_000]], [[5, 0, 0, 3]]
    maker.session.commit()
    asked = {"photo_id": photo.id, "tile_set": tiles.id}
    asked["subject"] = subject_in(person.get("/preflight", query_string=asked).text)
    for _ in range(COUNTS_A_JOB):
        assert "4,507" in person.get("/preflight", query_string=asked).text
    assert "will be laid about" in person.get("/preflight", query_string=asked).text
    assert len(tuner.asked) == COUNTS_A_JOB


def test_while_a_worker_looks_it_asks_again(says, photo, maker):
    photo.colors = None
    job = maker.job(photo.owner_id, JobKind.LOOK_AT_PHOTO, JobState.QUEUED, photo_id=photo.id)
    maker.session.add(job)
    maker.session.commit()
    text = says()
    assert "being looked at" in text
    assert COUNTING not in text
    assert subject_in(text) == ""


@pytest.mark.parametrize("field", ["photo_id", "tile_set"])
def test_of_somebody_else_s_it_says_nothing(stranger, photo, tiles, field):
    asked = {"photo_id": photo.id, "tile_set": tiles.id}
    assert stranger.get("/preflight", query_string=asked).text.strip() == ""
    assert stranger.get("/preflight", query_string={field: asked[field]}).text.strip() == ""


def test_the_page_says_it_at_once(person, photo, tiles, maker):
    mosaic = maker.mosaic(photo, tiles)
    text = person.get(f"/?from={mosaic.id}").text
    assert "The photo needs dark blues" in text


def test_without_a_script_a_button_says_it_and_makes_nothing(person, tiles, picture, maker, bell):
    answer = person.post(
        "/mosaics",
        {
            "photo": (io.BytesIO(picture((300, 200))), "grandma.jpg"),
            "tile_set": tiles.id,
            "penalty": "0.2",
            "check": "yes",
        },
        content_type="multipart/form-data",
    )
    assert answer.status_code == 200
    assert "1,536 cells, 3 tiles." in answer.text
    assert "being looked at" in answer.text
    photo = maker.session.scalars(select(Photo)).one()
    assert f'value="{photo.id}"' in answer.text
    assert maker.session.scalars(select(Mosaic)).all() == []
    assert bell.rings == [Queue.INTERACTIVE]


def test_of_a_photo_that_was_looked_at_the_button_has_it_counted(person, photo, tiles, tuner):
    look = {"penalty": "0.2", "max_uses": "5000"}
    fields = {"photo_id": photo.id, "tile_set": tiles.id, **look, "check": "yes"}
    answer = person.post("/mosaics", fields)
    assert "it takes 4,507 different tiles, and the busiest is laid 97 times." in answer.text
    assert tuner.asked == [(str(photo.id), str(tiles.id), MosaicOptions.parse(**look).written())]


def test_a_photo_is_taken_before_the_form_is_sent(person, picture, maker, bell):
    answer = person.post(
        "/photos",
        {"photo": (io.BytesIO(picture((300, 200))), "grandma.jpg")},
        content_type="multipart/form-data",
    )
    photo = maker.session.scalars(select(Photo)).one()
    assert answer.status_code == 201
    assert answer.json == {"id": str(photo.id), "width": 300, "height": 200}
    assert photo.owner_id == person.id
    assert maker.session.scalars(select(Job.photo_id)).all() == [photo.id]
    assert bell.rings == [Queue.INTERACTIVE]


def test_what_is_no_photo_is_not_taken(person, maker):
    for files in ({}, {"photo": (io.BytesIO(b"Dear diary"), "diary.jpg")}):
        answer = person.post("/photos", files, content_type="multipart/form-data")
        assert answer.status_code == 422
    assert maker.session.scalars(select(Photo)).all() == []
