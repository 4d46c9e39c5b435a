"""The theme of 1998: its own sheet and a foot with true numbers; everything else is the same page."""

import re

import pytest
from sqlalchemy import func, select

from app.domain.states import JobState
from app.models import Job
from app.web.words import when

SHEET = b"css/1998.css"


@pytest.fixture
def in_1998(person):
    person.post("/theme", {"theme": "1998"})
    return person


def main_of(page):
    """What is on the page, less what is new on every page."""
    main = page.text.partition("<main")[2].partition("</main>")[0]
    return re.sub(r'value="[^"]{16,}"', "", main)


def test_its_sheet_comes_with_it_alone(person):
    assert SHEET not in person.get("/tiles").data
    person.post("/theme", {"theme": "1998"})
    page = person.get("/tiles")
    assert SHEET in page.data
    assert b'data-theme="1998"' in page.data
    person.post("/theme", {"theme": "dark"})
    assert SHEET not in person.get("/tiles").data


@pytest.mark.parametrize("address", ["/", "/tiles", "/mosaics", "/mosaics/{mosaic}"])
def test_the_page_is_the_same(person, mine, address):
    address = address.format(mosaic=mine.finished.id)
    before = main_of(person.get(address))
    person.post("/theme", {"theme": "1998"})
    assert main_of(person.get(address)) == before


def test_it_counts_what_hangs_here_and_nothing_else(in_1998, stranger, maker):
    assert "000000" in in_1998.get("/").text
    assert "Last updated" not in in_1998.get("/").text
    photo, tile_set = maker.photo(stranger.id), maker.tile_set(stranger.id)
    for state in (JobState.SUCCEEDED, JobState.SUCCEEDED, JobState.FAILED, JobState.RUNNING):
        maker.mosaic(photo, tile_set, state=state)
    maker.session.execute(Job.__table__.update().values(finished_at=func.now()))
    maker.session.commit()
    page = in_1998.get("/").text
    assert "000002" in page
    assert f"Last updated {when(maker.session.scalar(select(func.now())))}" in page
    assert "Grandma" not in page


def test_an_error_page_asks_the_database_nothing(in_1998, app, monkeypatch):
    def down():
        raise AssertionError("asked")

    monkeypatch.setattr("app.web.look.database", down)
    page = in_1998.get("/nothing")
    assert page.status_code == 404
    assert SHEET in page.data
