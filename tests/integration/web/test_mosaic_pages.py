"""One mosaic in each of its states, and the gallery."""

import re
from dataclasses import replace
from uuid import UUID

import pytest

from app.domain.states import JobState
from app.models import Mosaic


@pytest.fixture
def mosaic(maker, person):
    """`mosaic(state)` of the person's."""
    photo, tiles = maker.photo(person.id), maker.tile_set(person.id)

    def mosaic(state=JobState.SUCCEEDED, **more):
        return maker.mosaic(photo, tiles, state=state, **more)

    return mosaic


def test_a_running_one_shows_how_far_it_is(person, mosaic):
    running = mosaic(JobState.RUNNING)
    page = person.get(f"/mosaics/{running.id}").text
    assert "Comparing tiles" in page
    assert '<progress max="100" value="40"' in page
    assert "about 30 s left" in page
    assert f'sse-connect="/jobs/{running.job.id}/events"' in page
    assert f'action="/jobs/{running.job.id}/cancel"' in page
    assert '<noscript><meta http-equiv="refresh"' in page
    assert "data-running" in page


def test_a_finished_one_tells_everything_about_itself(person, mosaic):
    page = person.get(f"/mosaics/{mosaic().id}").text
    assert "likeness 0.68, colour off by 3.1, 3 different tiles, most used 3,000 times" in page
    for figure in ("0.679", "0.700", "0.980", "-0.100", "3 of 3", "4,800 x 3,200 px"):
        assert figure in page
    for figure in ("0.877", "2 used equally often", "4 cells apart", "1,200", "20 % towards"):
        assert figure in page
    assert "<dt>From the best placement</dt><dd>at most 0.5 %</dd>" in page
    assert "evening out" not in page
    assert "<dt>Scores less penalties</dt><dd>3,826.1</dd>" in page
    assert "Lake house" in page
    assert "0.12" in page
    assert "classic" in page
    assert "/t/2.jpg" in page
    assert "Download JPEG" in page
    assert "refresh" not in page
    assert "data-running" not in page


OF_BEFORE = {"cells", "tiles", "distinct", "most_used_tile", "most_used_times"} | {
    "ssim_mean",
    "ssim_median",
    "ssim_best",
    "ssim_worst",
}


def test_one_made_before_there_were_all_figures_shows_those_it_has(person, mosaic, maker):
    old = mosaic()
    old.receipt = {name: old.receipt[name] for name in OF_BEFORE}
    maker.session.commit()
    page = person.get(f"/mosaics/{old.id}").text
    assert "likeness 0.68, 3 different tiles, most used 3,000 times" in page
    assert "0.679" in page
    for words in ("afar", "equally often", "twins", "Mirrored", "Colour shift", "best placement"):
        assert words not in page


def test_figures_that_do_not_apply_are_left_out(person, mosaic, maker):
    plain = mosaic()
    nothing = {"nearest_twin": None, "mirrored": 0, "shift": 0.0, "objective": None, "gap": None}
    plain.receipt = plain.receipt | nothing
    maker.session.commit()
    page = person.get(f"/mosaics/{plain.id}").text
    assert "<dt>Nearest twins</dt><dd>none</dd>" in page
    for words in ("Mirrored", "Colour shift", "best placement", "Scores"):
        assert words not in page


def test_what_was_asked_for_is_told(person, mosaic, maker):
    asked = mosaic()
    asked.placement, asked.mirrors, asked.shift = "optimal", False, 0.0
    asked.max_uses, asked.min_distance, asked.use_all = 4000, 1, True
    asked.matcher = "perceptual"
    maker.session.commit()
    page = person.get(f"/mosaics/{asked.id}").text
    for name, value in [
        ("Placement", "Best possible"),
        ("Mirrored tiles", "no"),
        ("Colour shift", "0 % towards the photo"),
        ("Most uses of a tile", "4,000"),
        ("No same tile within", "1 cell"),
        ("Every tile", "at least once"),
    ]:
        assert f"<dt>{name}</dt><dd>{value}</dd>" in page
    assert "before evening out neighbours" in page


def test_what_was_not_asked_for_is_not_told(person, mosaic):
    page = person.get(f"/mosaics/{mosaic().id}").text
    for name in (
        "Placement",
        "Mirrored tiles",
        "Most uses of a tile",
        "No same tile",
        "Every tile",
    ):
        assert f"<dt>{name}" not in page
    assert "20 % towards the photo, automatic" in page


def test_another_penalty_keeps_every_other_setting(person, mosaic, maker):
    done = mosaic()
    done.placement, done.mirrors, done.shift, done.max_uses = "greedy", True, 0.3, 5000
    maker.session.commit()
    page = person.get(f"/mosaics/{done.id}").text
    hidden = dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)">', page))
    answer = person.post("/mosaics", hidden | {"penalty": "0.30"})
    again = maker.session.get(Mosaic, UUID(answer.location.rsplit("/", 1)[1]))
    assert again.options == replace(done.options, penalty=0.3)


def test_before_and_after_lie_on_each_other(person, mosaic):
    page = person.get(f"/mosaics/{mosaic().id}").text
    assert 'data-zoom-x="1.0" data-zoom-y="1.0"' in page


def test_it_can_be_made_again_with_another_penalty_from_its_page(person, mosaic, maker):
    done = mosaic()
    answer = person.post(
        "/mosaics",
        {
            "photo_id": done.photo_id,
            "tile_set": done.tile_set_id,
            "matcher": done.matcher,
            "penalty": "0.30",
        },
    )
    assert answer.status_code == 303
    assert answer.location != f"/mosaics/{done.id}"


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (JobState.FAILED, "The photo is cut off in the middle."),
        (JobState.CANCELLED, "cancelled before it was finished"),
    ],
)
def test_one_that_ended_early_says_why_and_offers_another_try(person, mosaic, state, sentence):
    ended = mosaic(state)
    page = person.get(f"/mosaics/{ended.id}").text
    assert sentence in page
    assert "settings are kept" in page
    assert f"/?from={ended.id}" in page
    assert ("Change and try again" in page) == (state == JobState.FAILED)


def test_cancelling_goes_back_to_the_page_that_says_so(person, mosaic):
    running = mosaic(JobState.RUNNING)
    answer = person.post(f"/jobs/{running.job.id}/cancel")
    assert (answer.status_code, answer.location) == (303, f"/mosaics/{running.id}")
    assert "cancelled" in person.get(answer.location).text


def test_before_it_is_finished_there_is_no_picture_but_the_photo(person, mosaic):
    running = mosaic(JobState.RUNNING)
    assert person.get(f"/mosaics/{running.id}/photo.jpg").mimetype == "image/jpeg"
    for name in ("preview.jpg", "picture.jpg", "download.jpg", "download.png"):
        answer = person.get(f"/mosaics/{running.id}/{name}")
        assert answer.status_code == 404
        assert "not finished" in answer.text


def test_deleting_asks_first(person, mosaic):
    done = mosaic()
    page = person.get(f"/mosaics/{done.id}/delete")
    assert "Delete this mosaic?" in page.text
    assert person.get(f"/mosaics/{done.id}").status_code == 200
    assert person.post(f"/mosaics/{done.id}/delete").location == "/mosaics"
    assert person.get(f"/mosaics/{done.id}").status_code == 404


def test_an_empty_gallery_offers_the_first_step_and_the_example(person, shared):
    page = person.get("/mosaics").text
    assert "Make the first mosaic" in page
    assert f"/mosaics/{shared.finished.id}" in page


def test_the_gallery_shows_each_state(person, mosaic):
    for state in JobState:
        mosaic(state)
    page = person.get("/mosaics").text
    assert f"{len(JobState)} mosaics" in page
    for words in ("Being made, 40 %", "Waiting for its turn", "Could not be made", "Cancelled"):
        assert words in page


def test_a_long_gallery_has_pages(person, mosaic):
    for _ in range(25):
        mosaic(JobState.CANCELLED)
    first, second = person.get("/mosaics"), person.get("/mosaics?page=2")
    assert first.text.count("gallery-says") == 24
    assert second.text.count("gallery-says") == 1
    assert "Page 2 of 2" in second.text
    for nonsense in ("0", "-3", "99", "many"):
        assert person.get(f"/mosaics?page={nonsense}").status_code == 200
