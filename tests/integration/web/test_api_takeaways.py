"""Files made of a mosaic, asked for by a script."""

import pytest

from app.domain.states import JobState
from tests.integration.web.api import Script, token_for


@pytest.fixture
def script(app, maker, person):
    return Script(app, token_for(maker.session, person.id))


@pytest.fixture
def mosaic(maker, person):
    return maker.mosaic(maker.photo(person.id), maker.tile_set(person.id))


def test_a_print_is_asked_for_once_and_followed_by_its_job(script, mosaic, person):
    wish = {"kind": "pdf", "print": {"paper": "A5", "down": 2, "bleed": 3.5, "marks": True}}
    answer = script.post(f"/mosaics/{mosaic.id}/takeaways", wish)
    assert answer.status_code == 202
    taken = answer.json
    assert (taken["mosaic_id"], taken["kind"], taken["cell_px"]) == (str(mosaic.id), "pdf", None)
    assert taken["print"].items() >= {**wish["print"], "across": 1, "overlap": None}.items()
    job = script.get(f"/jobs/{taken['job']['id']}").json
    assert (job["kind"], job["takeaway_id"], job["state"]) == ("take_away", taken["id"], "queued")
    assert script.post(f"/mosaics/{mosaic.id}/takeaways", wish).json["id"] == taken["id"]
    listed = script.get(f"/mosaics/{mosaic.id}/takeaways").json
    assert [one["id"] for one in listed["items"]] == [taken["id"]]
    assert script.get(f"/takeaways/{taken['id']}/file").status_code == 404
    assert "2 sheets of A5" in person.get(f"/mosaics/{mosaic.id}/take-away").text


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        ({"kind": "gif"}, "kind is one of"),
        ({"kind": "png", "cell_px": 60}, "cell_px is one of"),
        ({"kind": "pdf", "print": {"bleed": 40}}, "The bleed is 25 mm at most"),
        ({"kind": "pdf", "print": {"papier": "A4"}}, "There is no field “papier” here."),
    ],
)
def test_what_cannot_be_made_is_said(script, mosaic, wish, says):
    answer = script.post(f"/mosaics/{mosaic.id}/takeaways", wish)
    assert answer.status_code == 422
    assert says in answer.json["detail"]


def test_the_same_wish_spends_one_of_the_jobs_of_an_hour(limited, maker):
    person = limited(jobs_per_hour=1)
    mosaic = maker.mosaic(maker.photo(person.id), maker.tile_set(person.id))
    script = Script(person.client.application, token_for(maker.session, person.id))
    wish = {"kind": "png", "cell_px": 50}
    answers = [script.post(f"/mosaics/{mosaic.id}/takeaways", wish) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0].json["id"] == answers[1].json["id"]
    other = script.post(f"/mosaics/{mosaic.id}/takeaways", {"kind": "tiff", "cell_px": 50})
    assert other.status_code == 429


def test_a_file_comes_whole_or_in_part_and_is_deleted(script, mosaic, maker):
    taken = maker.takeaway(mosaic)
    path = f"/takeaways/{taken.id}"
    assert (script.get(path).json["bytes"], script.get(path).json["media"]) == (10, "image/png")
    whole = script.get(f"{path}/file")
    assert (whole.status_code, whole.data, whole.mimetype) == (200, b"0123456789", "image/png")
    part = script.get(f"{path}/file", headers={"Range": "bytes=4-"})
    assert (part.status_code, part.data) == (206, b"456789")
    assert script("DELETE", path).status_code == 204
    assert script.get(path).status_code == 404


def test_a_job_that_makes_a_file_is_ended(script, mosaic, maker):
    taken = maker.takeaway(mosaic, kind="film", options={}, state=JobState.RUNNING)
    assert script.post(f"/jobs/{taken.job.id}/cancel").json["state"] == "cancelled"
    assert script.get(f"/takeaways/{taken.id}").json["job"]["state"] == "cancelled"


def test_a_mosaic_without_a_png_says_how_to_have_one(script, mosaic, maker):
    mosaic.png_key = mosaic.png_bytes = None
    maker.session.commit()
    answer = script.get(f"/mosaics/{mosaic.id}/files/png")
    assert answer.status_code == 404
    assert "came without a PNG" in answer.json["detail"]
    assert script.get(f"/mosaics/{mosaic.id}/files/jpg").status_code == 200
