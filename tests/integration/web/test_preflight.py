"""How photo and set fit, told on the first page."""

import io

import pytest
from sqlalchemy import select

from app.domain.states import JobKind, JobState, Queue
from app.models import Job, Mosaic, Photo


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
    assert "At penalty 0.05 the busiest tile will be laid about 2,000 times." in text
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


def test_while_a_worker_looks_it_asks_again(says, photo, maker):
    photo.colors = None
    job = maker.job(photo.owner_id, JobKind.LOOK_AT_PHOTO, JobState.QUEUED, photo_id=photo.id)
    maker.session.add(job)
    maker.session.commit()
    assert 'hx-trigger="load delay' in says()


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
