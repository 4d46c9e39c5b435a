"""The first page and what its form does."""

import io
import re
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from app.domain.limits import SYSTEM_OWNER
from app.domain.options import READERS, MosaicOptions
from app.domain.states import JobState, Queue
from app.models import Mosaic, Photo


@pytest.fixture
def tiles(maker, person):
    return maker.tile_set(person.id)


@pytest.fixture
def send(person, tiles, picture):
    """Send the form with a good photo and set, and whatever a test changes."""

    def send(photo=None, name="mother.jpg", **fields):
        body = picture((600, 400)) if photo is None else photo
        return person.post(
            "/mosaics",
            {"photo": (io.BytesIO(body), name), "tile_set": tiles.id, "form_key": "k", **fields},
            content_type="multipart/form-data",
        )

    return send


def checked(page, field):
    """The value of the ticked radio button."""
    for tag in re.findall(r"<input[^>]*>", page.text):
        if f'name="{field}"' in tag and " checked" in tag:
            return re.search(r'value="([^"]*)"', tag)[1]
    return None


def test_a_form_becomes_a_queued_mosaic(send, maker, bell):
    answer = send(penalty="0.20", matcher="exhaustive", cells_across="40")
    mosaic = maker.session.scalar(select(Mosaic))
    assert (answer.status_code, answer.location) == (303, f"/mosaics/{mosaic.id}")
    assert (mosaic.penalty, mosaic.matcher, mosaic.cells_across) == (0.2, "exhaustive", 40)
    assert (mosaic.cols, mosaic.rows, mosaic.photo.name) == (40, 26, "mother.jpg")
    assert bell.rings == [Queue.MOSAICS]


def test_the_same_form_sent_twice_gives_one_mosaic_and_one_photo(send, maker):
    assert send().location == send().location
    assert maker.session.scalar(select(func.count()).select_from(Mosaic)) == 1
    assert maker.session.scalar(select(func.count()).select_from(Photo)) == 1


def test_the_same_form_gone_back_to_and_changed_gives_another(send):
    assert send(penalty="0.1").location != send(penalty="0.2").location


def test_the_same_form_with_another_photo_gives_another(send, picture):
    assert send().location != send(photo=picture((500, 500))).location


def test_a_first_visitor_can_press_the_button_at_once(person, shared):
    page = person.get("/")
    assert checked(page, "photo_id") == str(shared.photo.id)
    assert checked(page, "tile_set") == str(shared.tile_set.id)
    assert checked(page, "matcher") == "perceptual"
    assert "Make the mosaic" in page.text
    assert ", 96 x 64 tiles" in page.text
    assert "6,144 cells, a picture of 4,800 x 3,200 px" in page.text
    answer = person.post("/mosaics", {"photo_id": shared.photo.id, "tile_set": shared.tile_set.id})
    assert answer.status_code == 303


def test_ones_own_set_is_chosen_before_the_shared_one(person, shared, tiles):
    assert checked(person.get("/"), "tile_set") == str(tiles.id)


def test_without_anything_there_the_page_says_what_is_missing(person):
    page = person.get("/")
    assert page.status_code == 200
    assert "There is no tile set yet" in page.text


def test_the_address_can_choose_the_tile_set(person, maker, tiles):
    other = maker.tile_set(person.id, name="Wedding")
    assert checked(person.get(f"/?tiles={tiles.id}"), "tile_set") == str(tiles.id)
    assert checked(person.get(f"/?tiles={other.id}"), "tile_set") == str(other.id)


def test_change_and_run_again_keeps_everything(person, maker, tiles):
    photo = maker.photo(person.id)
    mosaic = maker.mosaic(photo, tiles, cells_across=48)
    page = person.get(f"/?from={mosaic.id}")
    assert checked(page, "photo_id") == str(photo.id)
    assert checked(page, "tile_set") == str(tiles.id)
    assert 'value="0.12"' in page.text
    assert 'name="cells_across"' in page.text
    assert 'value="48"' in page.text


WISHES = {
    "placement": "optimal",
    "mirrors": "no",
    "shift": "35",
    "max_uses": "4000",
    "min_distance": "0",
    "use_all": "yes",
    "cells_across": "30",
    "matcher": "classic",
    "penalty": "0.2",
}


def fields(page):
    """What a browser would send of the look, without touching anything."""
    sent = {}
    for tag in re.findall(r"<input[^>]*>", page.text):
        kind, name, value = (
            (re.search(rf'\b{what}="([^"]*)"', tag) or ["", ""])[1]
            for what in ("type", "name", "value")
        )
        if name in READERS and (kind not in {"radio", "checkbox"} or " checked" in tag):
            sent[name] = value
    return sent


def test_wishes_reach_the_row_and_come_back_in_the_form(send, person, maker):
    send(**WISHES)
    mosaic = maker.session.scalar(select(Mosaic))
    assert mosaic.options == MosaicOptions.parse(**WISHES)
    page = person.get(f"/?from={mosaic.id}")
    assert MosaicOptions.parse(**fields(page)) == mosaic.options
    assert '<details class="more" open>' in page.text


def test_left_alone_the_form_asks_for_nothing_and_more_stays_closed(person, tiles):
    page = person.get("/")
    assert MosaicOptions.parse(**fields(page)) == MosaicOptions()
    assert '<details class="more">' in page.text


def test_why_it_could_not_be_made_stands_over_the_form(person, maker, tiles):
    failed = maker.mosaic(maker.photo(person.id), tiles, state=JobState.FAILED)
    page = person.get(f"/?from={failed.id}").text
    assert '<p class="notice">The photo is cut off in the middle.</p>' in page


def test_change_and_run_again_after_the_set_was_deleted_says_so(person, maker, tiles):
    mosaic = maker.mosaic(maker.photo(person.id), tiles)
    person.post(f"/tiles/{tiles.id}/delete")
    page = person.get(f"/?from={mosaic.id}")
    assert "The tile set of that mosaic was deleted" in page.text


MISTAKES = [
    ({"penalty": "0.51"}, "penalty is a number from 0 to 0.5"),
    ({"penalty": "-1"}, "penalty is a number from 0 to 0.5"),
    ({"penalty": "nan"}, "penalty is a number from 0 to 0.5"),
    ({"penalty": "much"}, "penalty is a number from 0 to 0.5"),
    ({"matcher": "magic"}, "There is no matcher called"),
    ({"cells_across": "3"}, "Cells across is a whole number from 4 to 300"),
    ({"cells_across": "a few"}, "Cells across is a whole number from 4 to 300"),
    ({"placement": "by hand"}, "There is no placement called"),
    ({"mirrors": "maybe"}, "neither yes nor no"),
    ({"shift": "101"}, "The colour shift is a whole percentage from 0 to 100"),
    ({"max_uses": "0"}, "The most uses of a tile is a whole number from 1 to 60,000"),
    ({"min_distance": "11"}, "a whole number of cells from 0 to 10"),
    ({"use_all": "perhaps"}, "Tick the box"),
    (
        {"max_uses": "2"},
        "3 tiles at 2 uses cannot cover 6,144 cells: allow 2,048 uses.",
    ),
    ({"min_distance": "1"}, "takes 4 tiles, not 3: choose a distance of 0"),
    ({"tile_set": ""}, "Choose a tile set"),
    ({"tile_set": "no-id"}, "Choose a tile set"),
    ({"tile_set": str(uuid4())}, "There is no such tile set"),
]


@pytest.mark.parametrize(("fields", "sentence"), MISTAKES)
def test_each_mistake_gets_a_sentence_and_the_photo_is_kept(
    send, person, maker, bell, fields, sentence
):
    answer = send(**fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    photo = maker.session.scalar(select(Photo))
    assert checked(answer, "photo_id") == str(photo.id)
    assert f"/photos/{photo.id}" in answer.text
    assert maker.session.scalar(select(Mosaic)) is None
    assert bell.rings == []


def test_an_impossible_wish_stands_beside_its_field(send):
    page = send(max_uses="2").text
    assert '<details class="more" open>' in page
    field = re.search(r'<input[^>]*name="max_uses"[^>]*>', page)[0]
    assert 'value="2"' in field
    assert 'aria-describedby="mistake-max_uses" aria-invalid="true"' in field
    assert re.search('id="mistake-max_uses" role="alert">3 tiles at 2 uses cannot cover', page)


def test_a_mistake_elsewhere_leaves_more_closed(send):
    assert '<details class="more">' in send(tile_set="").text


def test_what_was_right_is_shown_again(send, tiles):
    page = send(penalty="9", matcher="exhaustive", cells_across="70")
    assert checked(page, "matcher") == "exhaustive"
    assert checked(page, "tile_set") == str(tiles.id)
    assert 'value="70"' in page.text


BAD_PHOTOS = [
    (b"", "empty (0 bytes)"),
    (b"Dear diary,", "not a picture we can read"),
    (b"\xff\xd8\xff\xe0 and then nothing of a JPEG", "not a picture we can read"),
]


@pytest.mark.parametrize(("body", "sentence"), BAD_PHOTOS)
def test_what_is_no_photo_gets_a_sentence(send, body, sentence):
    answer = send(photo=body)
    assert answer.status_code == 422
    assert sentence in answer.text


def test_a_photo_smaller_than_the_grid_gets_a_sentence(send, picture):
    assert "the smallest we can cut into cells" in send(photo=picture((1, 1))).text
    answer = send(photo=picture((20, 20)), cells_across="40")
    assert "too small for 40 cells across" in answer.text


def test_no_photo_at_all_gets_a_sentence(person, tiles):
    answer = person.post("/mosaics", {"tile_set": tiles.id})
    assert answer.status_code == 422
    assert "Choose a photo, or begin with one of ours" in answer.text


def test_an_empty_set_gets_a_sentence(person, maker):
    empty = maker.tile_set(person.id, tiles=0, name="Empty")
    photo = maker.photo(person.id)
    answer = person.post("/mosaics", {"tile_set": empty.id, "photo_id": photo.id})
    assert "has no tiles yet" in answer.text
    assert checked(answer, "photo_id") == str(photo.id)


def test_names_of_files_cannot_break_the_page(send, tiles):
    answer = send(name='"><script>alert(1)</script>.jpg', penalty="9")
    assert "<script>alert" not in answer.text


def test_the_example_is_shown(person, maker, shared):
    assert f"/mosaics/{shared.finished.id}" in person.get("/").text
    assert maker.session.scalar(
        select(Mosaic.id).where(Mosaic.owner_id == SYSTEM_OWNER, Mosaic.id == shared.finished.id)
    )
