"""Tile sets: made, filled, read, shown, deleted."""

import io

import pytest
from sqlalchemy import func, select

from app.domain.states import JobState, Queue
from app.models import Source, SourceFile, TileSet


@pytest.fixture
def tiles(maker, person):
    return maker.tile_set(person.id)


@pytest.fixture
def add(person, tiles, picture):
    def add(*names, **fields):
        files = [(io.BytesIO(picture()), name) for name in names]
        return person.post(
            f"/tiles/{tiles.id}",
            {"files": files, "form_key": "k", **fields},
            content_type="multipart/form-data",
        )

    return add


def test_a_set_is_created_empty_and_asks_for_pictures(person, maker):
    answer = person.post("/tiles", {"name": "  Lake   house "})
    tile_set = maker.session.scalar(select(TileSet))
    assert (answer.status_code, answer.location) == (303, f"/tiles/{tile_set.id}")
    assert tile_set.name == "Lake house"
    page = person.get(answer.location).text
    assert "No tiles yet" in page
    assert "Each picture becomes one tile" in page
    assert "Use it" not in page


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("", "Give the tile set a name"), ("x" * 81, "the longest we keep is 80")],
)
def test_a_bad_name_gets_a_sentence_and_stays_in_the_field(person, name, sentence):
    answer = person.post("/tiles", {"name": name})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{name}"' in answer.text


def test_pictures_are_stored_and_queued(add, tiles, maker, bell):
    answer = add("a.jpg", "b.jpg")
    assert (answer.status_code, answer.location) == (303, f"/tiles/{tiles.id}")
    names = maker.session.scalars(select(SourceFile.name).order_by(SourceFile.number)).all()
    assert names == ["a.jpg", "b.jpg"]
    assert bell.rings == [Queue.LIBRARIES]


def test_an_upload_sent_twice_is_taken_once(add, maker):
    add("a.jpg")
    add("a.jpg")
    assert maker.session.scalar(select(func.count()).select_from(SourceFile)) == 1


def test_no_file_gets_a_sentence(person, tiles):
    answer = person.post(
        f"/tiles/{tiles.id}",
        {"files": (io.BytesIO(b""), "")},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 422
    assert "No file was chosen" in answer.text


def test_reading_is_shown_with_its_counts(person, tiles, maker):
    job = maker.source(tiles, state=JobState.RUNNING)
    page = person.get(f"/tiles/{tiles.id}").text
    assert "Reading lake-house.zip" in page
    assert "12 taken, 1 refused" in page
    assert f'sse-connect="/jobs/{job.id}/events"' in page
    assert '<noscript><meta http-equiv="refresh"' in page


def test_of_several_readings_the_oldest_has_the_stream(person, tiles, maker):
    jobs = [maker.source(tiles, state=state) for state in (JobState.RUNNING, JobState.QUEUED)]
    page = person.get(f"/tiles/{tiles.id}").text
    assert page.count("sse-connect=") == 1
    assert f'sse-connect="/jobs/{jobs[0].id}/events"' in page
    assert page.count("/cancel") == 2


def test_cancelling_a_reading_goes_back_to_its_set(person, tiles, maker):
    job = maker.source(tiles, state=JobState.RUNNING)
    answer = person.post(f"/jobs/{job.id}/cancel")
    assert answer.location == f"/tiles/{tiles.id}"
    page = person.get(answer.location).text
    assert "Cancelled; 3 pictures read before stay in the set." in page
    maker.session.get_one(Source, job.source_id).taken = 0
    maker.session.commit()
    page = person.get(answer.location).text
    assert "Cancelled; none of its pictures were added." in page


def test_what_was_there_already_is_counted(person, tiles, maker):
    job = maker.source(tiles)
    source = maker.session.get_one(Source, job.source_id)
    source.duplicates, source.near = 1200, 1
    maker.session.commit()
    page = person.get(f"/tiles/{tiles.id}").text
    assert "3 pictures taken, 1 of them much like another, 1,200 there already" in page


def test_refused_files_are_listed_with_their_reasons(person, tiles, maker):
    maker.source(tiles, refused=[("notes.jpg", "This is a text."), ("b.png", "It is empty.")])
    page = person.get(f"/tiles/{tiles.id}").text
    assert "3 pictures taken, 2 refused" in page
    for words in ("notes.jpg", "This is a text.", "b.png", "It is empty."):
        assert words in page


def test_a_long_list_of_refused_files_says_how_many_more_there_were(person, tiles, maker):
    job = maker.source(tiles, refused=[("a.jpg", "It is empty.")])
    maker.session.get_one(Source, job.source_id).refused = 1001
    maker.session.commit()
    page = person.get(f"/tiles/{tiles.id}").text
    assert "1,001 refused" in page
    assert "And 1,000 more." in page


def test_a_reading_that_failed_says_why(person, tiles, maker):
    maker.source(tiles, state=JobState.FAILED)
    assert "The photo is cut off in the middle." in person.get(f"/tiles/{tiles.id}").text


def test_a_set_with_tiles_can_be_used(person, tiles):
    page = person.get(f"/tiles/{tiles.id}").text
    assert f'href="/?tiles={tiles.id}"' in page
    assert "3 tiles" in page


def test_the_shared_set_shows_its_credit_and_no_forms(person, maker, shared):
    shared.tile_set.credit = "Photographs by NASA"
    maker.session.commit()
    page = person.get(f"/tiles/{shared.tile_set.id}").text
    assert "Photographs by NASA" in page
    assert "Add pictures" not in page
    assert "Delete" not in page


def test_deleting_asks_first_and_keeps_the_mosaics(person, tiles, maker):
    mosaic = maker.mosaic(maker.photo(person.id), tiles)
    assert "Mosaics made with it stay" in person.get(f"/tiles/{tiles.id}/delete").text
    assert person.post(f"/tiles/{tiles.id}/delete").location == "/tiles"
    assert person.get(f"/tiles/{tiles.id}").status_code == 404
    page = person.get(f"/mosaics/{mosaic.id}").text
    assert "was deleted since" in page
    assert "Lake house" in page
