"""Looking after a set: named, thinned out, taken away, shared."""

import io
import zipfile

import pytest
from sqlalchemy import select

from app.domain.states import JobState, Queue
from app.models import Job, Tile
from app.services.share_tile_set import share_tile_set


@pytest.fixture
def tiles(maker, person):
    return maker.tile_set(person.id)


def numbers(maker):
    maker.session.rollback()
    return list(maker.session.scalars(select(Tile.number).order_by(Tile.number)))


def test_another_name(person, tiles, maker):
    answer = person.post(f"/tiles/{tiles.id}/name", {"name": "Sea house"})
    assert (answer.status_code, answer.location) == (303, f"/tiles/{tiles.id}")
    assert "Sea house" in person.get(answer.location).text
    wrong = person.post(f"/tiles/{tiles.id}/name", {"name": "x" * 81})
    assert wrong.status_code == 422
    assert "the longest we keep is 80" in wrong.text
    assert f'value="{"x" * 81}"' in wrong.text


def test_how_pictures_and_films_are_cut(person, tiles, maker):
    page = person.get(f"/tiles/{tiles.id}").text
    assert 'name="frames_per_second"' in page
    assert "Two, left and right" in page
    said = {"crop": "salient", "frames_per_second": "0,5", "squares": "3", "skip_dull": "no"}
    answer = person.post(f"/tiles/{tiles.id}/cutting", said)
    assert (answer.status_code, answer.location) == (303, f"/tiles/{tiles.id}")
    maker.session.rollback()
    kept = tiles
    maker.session.refresh(kept)
    assert kept.crop == "salient"
    assert kept.films == {"frames_per_second": 0.5, "squares": 3, "skip_dull": False}
    again = person.get(answer.location).text
    assert 'value="0.5"' in again
    assert '<option value="3" selected>3 across</option>' in again


def test_a_wrong_way_to_cut_stays_in_sight(person, tiles):
    wrong = person.post(f"/tiles/{tiles.id}/cutting", {"frames_per_second": "50"})
    assert wrong.status_code == 422
    assert "from 0.1 to 5; “50” is not" in wrong.text
    assert 'value="50"' in wrong.text
    assert '<details class="cutting" open>' in wrong.text


def test_one_tile_is_removed_after_a_question(person, tiles, maker, bell):
    asked = person.post(f"/tiles/{tiles.id}/remove", {"tile": "1"})
    assert asked.status_code == 200
    assert "Remove this tile?" in asked.text
    assert "stay as they are" in asked.text
    assert numbers(maker) == [0, 1, 2]
    done = person.post(f"/tiles/{tiles.id}/remove", {"tiles": "1", "sure": "yes"})
    assert done.location == f"/tiles/{tiles.id}"
    assert numbers(maker) == [0, 2]
    assert "2 tiles" in person.get(done.location).text
    assert bell.rings == [Queue.LIBRARIES]


def test_a_selection_is_removed_in_few_words(person, tiles, maker):
    asked = person.post(f"/tiles/{tiles.id}/remove", {"tile": ["2", "0", "2"], "tiles": ""})
    assert "Remove these 2 tiles?" in asked.text
    assert 'name="tiles" value="0,2"' in asked.text
    person.post(f"/tiles/{tiles.id}/remove", {"tiles": "0,2", "sure": "yes"})
    assert numbers(maker) == [1]


def test_without_a_script_tiles_are_ticked(person, tiles):
    page = person.get(f"/tiles/{tiles.id}?choose=").text
    assert page.count('type="checkbox" name="tile"') == 3
    assert 'name="tile"' not in person.get(f"/tiles/{tiles.id}").text


def test_nothing_chosen_gets_a_sentence(person, tiles):
    answer = person.post(f"/tiles/{tiles.id}/remove", {})
    assert answer.status_code == 422
    assert "Choose tiles first" in answer.text


def test_a_source_is_removed_after_a_question(person, tiles, maker, storage):
    source_id = maker.session.scalars(select(Tile.source_id)).first()
    address = f"/tiles/{tiles.id}/sources/{source_id}/remove"
    assert address in person.get(f"/tiles/{tiles.id}").text
    assert "3 tiles, is taken out" in person.get(address).text
    assert person.post(address).location == f"/tiles/{tiles.id}"
    assert numbers(maker) == []
    assert "No tiles yet" in person.get(f"/tiles/{tiles.id}").text


def test_a_source_of_another_set_is_not_found(person, tiles, maker):
    other = maker.tile_set(person.id, name="Other")
    source_id = maker.session.scalars(
        select(Tile.source_id).where(Tile.tile_set_id == other.id)
    ).first()
    for send in (person.get, person.post):
        assert send(f"/tiles/{tiles.id}/sources/{source_id}/remove").status_code == 404


def test_a_source_that_is_being_read_stays(person, tiles, maker):
    source_id = maker.session.scalars(select(Tile.source_id)).first()
    job = maker.session.scalars(select(Job).where(Job.source_id == source_id)).one()
    job.state = JobState.QUEUED
    maker.session.commit()
    answer = person.post(f"/tiles/{tiles.id}/sources/{source_id}/remove")
    assert answer.status_code == 409
    assert "still being read" in answer.text
    assert numbers(maker) == [0, 1, 2]


def test_taken_away_as_a_zip(person, tiles):
    answer = person.get(f"/tiles/{tiles.id}/tiles.zip")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="Lake-house-tiles.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        assert len(archive.namelist()) == 4


def test_a_shared_set_is_read_only_for_its_owner_too(person, stranger, tiles, maker):
    assert stranger.get(f"/tiles/{tiles.id}").status_code == 404
    share_tile_set(maker.session, tiles.id, shared=True)
    page = stranger.get(f"/tiles/{tiles.id}").text
    assert "shared with everyone" in page
    for words in ("Add pictures", "another name", "Delete", "Remove", "Choose tiles"):
        assert words not in page
        assert words not in person.get(f"/tiles/{tiles.id}").text
    assert person.post(f"/tiles/{tiles.id}/name", {"name": "Mine"}).status_code == 404
    assert f"/tiles/{tiles.id}" in stranger.get("/tiles").text
    share_tile_set(maker.session, tiles.id, shared=False)
    assert person.post(f"/tiles/{tiles.id}/name", {"name": "Mine"}).status_code == 303
