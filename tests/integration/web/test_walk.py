"""Walking into a mosaic: squares, and the page of a cell."""

import re

import pytest
from sqlalchemy import select

from app.domain.states import JobState
from app.models import Tile
from app.services.walk_in import NO_CELL, NO_ZOOM


@pytest.fixture
def tiles(maker, person):
    return maker.tile_set(person.id)


@pytest.fixture
def mosaic(maker, person, tiles, picture):
    return maker.mosaic(maker.photo(person.id), tiles, body=picture((480, 320)))


def forget(maker, mosaic):
    """As it was made before plans and zoom files were kept."""
    mosaic.plan_key = mosaic.zoom_key = mosaic.zoom = None
    maker.session.commit()


def test_the_page_leads_into_the_picture_by_squares_that_are_fetched_once(person, mosaic, picture):
    page = person.get(f"/mosaics/{mosaic.id}").text
    address = re.search(r'data-squares="([^"]+)"', page)[1]
    answer = person.get(address.format(level=0, x=0, y=0))
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert answer.data == picture((480, 320))
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    unnamed = person.get(address.format(level=0, x=0, y=0).split("?")[0])
    assert unnamed.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("place", ["1/0_0", "0/1_0", "0/0_1", "0/99999999999_0"])
def test_there_is_no_square_beside_the_picture(person, mosaic, place):
    answer = person.get(f"/mosaics/{mosaic.id}/zoom/{place}.jpg")
    assert answer.status_code == 404
    assert NO_CELL in answer.text


def test_a_mosaic_of_before_has_no_way_in(person, mosaic, maker):
    forget(maker, mosaic)
    page = person.get(f"/mosaics/{mosaic.id}").text
    assert "data-walk" not in page
    assert f"/mosaics/{mosaic.id}/download.jpg" in page
    for address in ("zoom/0/0_0.jpg", "cells/0"):
        answer = person.get(f"/mosaics/{mosaic.id}/{address}")
        assert answer.status_code == 404
        assert NO_ZOOM in answer.text


def test_nor_has_one_that_is_still_being_made(person, maker, tiles):
    running = maker.mosaic(maker.photo(person.id), tiles, state=JobState.RUNNING)
    assert "data-walk" not in person.get(f"/mosaics/{running.id}").text
    assert person.get(f"/mosaics/{running.id}/cells/0").status_code == 404


def test_a_cell_says_what_its_tile_is_and_where_else_it_lies(person, mosaic, tiles, maker):
    tile = maker.session.scalar(select(Tile).where(Tile.number == 1))
    page = person.get(f"/mosaics/{mosaic.id}/cells/1").text
    assert tile.name in page
    assert "Row 1, column 2, shown mirrored" in page
    assert "2,048 times" in page
    assert 'data-places="1 4 7 10 ' in page
    assert f'href="/tiles/{tiles.id}/t/1"' in page
    assert f'src="/tiles/{tiles.id}/t/1.jpg"' in page
    assert "<video" not in page


def test_a_score_is_laid_beside_those_of_the_other_cells(person, mosaic):
    half = 96 * 32
    page = person.get(f"/mosaics/{mosaic.id}/cells/{half}").text
    assert "0.500<br>" in page
    assert "better than 50 % of the cells" in page
    assert "Row 33, column 1</p>" in page


def test_a_tile_of_a_film_plays(person, mosaic, tiles, maker):
    maker.film_behind(tiles)
    page = person.get(f"/mosaics/{mosaic.id}/cells/2").text
    assert f'src="/tiles/{tiles.id}/t/2/clip"' in page
    assert "<dd>0:02</dd>" in page


def test_a_tile_that_was_removed_is_said_to_be(person, mosaic, tiles, maker):
    maker.session.delete(maker.session.scalar(select(Tile).where(Tile.number == 1)))
    maker.session.commit()
    page = person.get(f"/mosaics/{mosaic.id}/cells/1")
    assert page.status_code == 200
    assert "A tile that is gone" in page.text
    assert "2,048 times" in page.text


def test_so_is_one_whose_set_was_deleted(person, mosaic, tiles):
    person.post(f"/tiles/{tiles.id}/delete")
    assert "A tile that is gone" in person.get(f"/mosaics/{mosaic.id}/cells/1").text


@pytest.mark.parametrize("cell", [96 * 64, 10**12])
def test_there_is_no_cell_beyond_the_last(person, mosaic, cell):
    answer = person.get(f"/mosaics/{mosaic.id}/cells/{cell}")
    assert answer.status_code == 404
    assert NO_CELL in answer.text
