"""The page on which a mosaic changes under the hand, and its answers."""

import json

import pytest

from app.domain.errors import ServiceDown
from app.domain.states import JobState
from app.domain.tuned import Tuned


def live(mosaic, **fields):
    query = "&".join(f"{name}={value}" for name, value in fields.items())
    return f"/mosaics/{mosaic.id}/live.jpg?{query}"


def test_an_answer_is_a_picture_and_its_figures(person, mine, tuner):
    answer = person.get(live(mine.finished, penalty="0.3", shift="40"))
    assert answer.data == tuner.answer.picture
    assert answer.mimetype == "image/jpeg"
    assert answer.headers["Cache-Control"] == "no-store"
    said = {"ssim_mean": "0.71", "distinct": "4,500", "nearest_twin": "touching"}
    assert json.loads(answer.headers["Tessera-Figures"]) == said
    assert json.loads(answer.headers["Tessera-Point"]) == {"likeness": 0.7071, "variety": 4500}


def test_the_curve_is_of_the_settings_in_the_address(person, mine, tuner):
    answer = person.get(f"/mosaics/{mine.finished.id}/curve.json?matcher=exhaustive")
    assert answer.json == {"points": [{"penalty": 0.0, "likeness": 0.7, "variety": 900}]}
    look = mine.finished.options.written() | {"matcher": "exhaustive"}
    assert tuner.asked == [(str(mine.finished.id), look)]


def test_the_page_opens_with_the_settings_in_its_address(person, mine):
    page = person.get(f"/mosaics/{mine.finished.id}/tune?penalty=0.31&max_uses=7000").text
    assert 'step="0.01" value="0.31"' in page
    assert 'placeholder="no limit" value="7000"' in page
    assert person.get(f"/mosaics/{mine.finished.id}/tune?penalty=31").status_code == 422


def test_what_is_being_rendered_of_this_photo_is_listed_again(person, mine, maker):
    others = maker.mosaic(maker.photo(person.id), mine.tile_set, state=JobState.RUNNING)
    page = person.get(f"/mosaics/{mine.finished.id}/tune").text
    assert f'href="/mosaics/{mine.running.id}"' in page
    assert f'data-cancel-at="/jobs/{mine.running.job.id}/cancel"' in page
    assert "Comparing tiles" in page
    assert "40</span> %, about 30 s left" in page
    assert str(others.id) not in page


def test_what_is_not_said_is_as_the_mosaic_was_made(person, mine, tuner):
    person.get(live(mine.finished, penalty="0.3", cells_across="20", sharp="yes"))
    person.get(live(mine.finished, penalty="0.3", bare="yes"))
    written = mine.finished.options.written() | {"penalty": "0.3"}
    asked = (str(mine.finished.id), written)
    assert tuner.asked == [(*asked, True, False), (*asked, False, True)]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"penalty": "7"}, "The penalty is a number from 0 to 0.5"),
        ({"min_distance": "many"}, "The distance between twins is a whole number"),
        ({"max_uses": "1"}, "tiles"),  # three tiles cannot cover 6,144 cells
    ],
)
def test_what_cannot_be_is_said_before_a_worker_is_asked(person, mine, tuner, fields, sentence):
    answer = person.get(live(mine.finished, **fields), headers=person.as_script)
    assert answer.status_code == 422
    assert sentence in answer.json["sentence"]
    assert tuner.asked == []


def test_what_a_worker_says_is_said(person, mine, tuner):
    tuner.answer = Tuned(sentence="It cannot be laid so.")
    answer = person.get(live(mine.finished), headers=person.as_script)
    assert (answer.status_code, answer.json) == (422, {"sentence": "It cannot be laid so."})


def test_without_a_worker_the_page_is_told_to_try_again(person, mine, tuner, monkeypatch):
    def unheard(*_, **__):
        raise ServiceDown("no worker")

    monkeypatch.setattr(tuner, "ask", unheard)
    answer = person.get(live(mine.finished), headers=person.as_script)
    assert answer.status_code == 503
    assert "Retry-After" in answer.headers


def test_before_a_mosaic_is_made_its_own_page_tells_how_far_it_is(person, mine):
    answer = person.get(f"/mosaics/{mine.running.id}/tune")
    assert answer.location == f"/mosaics/{mine.running.id}"


def test_without_its_tiles_there_is_nothing_to_tune(person, mine, maker):
    assert b"/tune" in person.get(f"/mosaics/{mine.finished.id}").data
    mine.finished.tile_set_id = None
    maker.session.commit()
    assert b"/tune" not in person.get(f"/mosaics/{mine.finished.id}").data
    assert person.get(f"/mosaics/{mine.finished.id}/tune").status_code == 302
    assert person.get(live(mine.finished)).status_code == 404


def test_the_page_is_a_form_that_makes_a_new_mosaic(person, mine, maker):
    page = person.get(f"/mosaics/{mine.finished.id}/tune").text
    assert 'action="/mosaics"' in page
    assert f'name="photo_id" value="{mine.photo.id}"' in page
    assert 'name="matcher"' in page


def test_a_script_that_has_a_mosaic_made_stays_where_it_is(person, mine, maker):
    fields = {"photo_id": mine.photo.id, "tile_set": mine.tile_set.id, "form_key": "1"}
    send = {"data": fields, "headers": person.as_script}
    answer, again = (person.client.post("/mosaics", **send) for _ in range(2))
    assert answer.status_code == 201
    assert again.json == answer.json
    page, events = (answer.json[name] for name in ("page", "events"))
    assert person.get(page).status_code == 200
    assert events.startswith("/jobs/")
    wrong = person.client.post("/mosaics", data=fields | {"penalty": "9"}, headers=person.as_script)
    assert wrong.status_code == 422
    assert "penalty" in wrong.json["sentence"]
