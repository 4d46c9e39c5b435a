"""The wall of a set, and what it is made of."""

import re
import struct

import pytest
from sqlalchemy import update

from app.domain.sources import SourceKind
from app.models import Source, Tile, TileSet

CELL = re.compile(r'<li(?: class="(x\d+ y\d+)")? id="tile-(\d+)">')


@pytest.fixture
def tiles(maker, person):
    return maker.tile_set(person.id, tiles=300)


@pytest.fixture
def shown_page(person, tiles):
    """`shown_page(near=1, ...)` is the text of the set's page."""

    def get(**query):
        return person.get(f"/tiles/{tiles.id}", query_string=query).text

    return get


def shown(text):
    return [int(number) for _, number in CELL.findall(text)]


def test_without_a_script_a_page_is_one_sheet(shown_page, tiles):
    first = shown_page()
    assert shown(first) == list(range(256))
    assert CELL.findall(first)[17] == ("x1 y1", "17")
    assert set(re.findall(r"/sheets/(\d+)\.jpg", first.split("data-few")[1])) == {"0"}
    assert "Page 1 of 2" in first


def test_what_is_not_drawn_yet_is_shown_alone(shown_page):
    second = shown_page(page=2)
    assert shown(second) == list(range(256, 300))
    assert "/t/256.jpg" in second
    assert "Page 2 of 2" in second
    assert "page=2" in re.search(r'href="([^"]+)" aria-label="Tile 257"', second)[1]


def test_an_answer_to_a_script_has_no_pictures_for_those_without_one(person, tiles):
    """Swapped into a page, `<noscript>` would be parsed as if there were no script, and all of them fetched."""
    address, without = f"/tiles/{tiles.id}?page=2", re.compile(r"<noscript><img[^>]+/t/256\.jpg")
    assert without.search(person.get(address).text)
    swapped = person.get(address, headers={"HX-Request": "true"}).text
    assert "<noscript><img" not in swapped
    assert shown(swapped) == list(range(256, 300))


def test_the_nearest_to_a_color_come_first_and_the_address_keeps_it(shown_page):
    near = shown_page(near=1, color="#5e5e5e")
    # Tile n has lightness 40 and is n units from grey.
    assert shown(near)[:4] == [0, 1, 2, 3]
    assert "the nearest first" in near
    assert 'value="#5e5e5e"' in near
    assert "color=%235e5e5e" in near
    assert shown_page(color="#5e5e5e").count("the nearest first") == 0


def test_no_tile_like_that_is_said(shown_page):
    none = shown_page(near=1, color="#00ff00")
    assert "No tile of this set is like that" in none
    assert shown(none) == []


def test_a_part_of_a_film(shown_page, tiles, maker):
    assert 'name="from"' not in shown_page()
    maker.session.execute(update(Source).values(kind=SourceKind.FILM))
    maker.session.execute(update(Tile).values(time_ms=Tile.number * 1000))
    maker.session.commit()
    part = shown_page(**{"from": "0:10", "to": "12"})
    assert shown(part) == [10, 11, 12]
    assert "3 of 300" in part
    wrong = shown_page(**{"from": "soon"})
    assert "is no time in a film" in wrong
    assert len(shown(wrong)) == 256


def test_one_source_alone(shown_page, tiles, maker):
    source = maker.session.scalars(
        Tile.__table__.select().with_only_columns(Tile.source_id)
    ).first()
    assert len(shown(shown_page(source=source))) == 256
    assert shown(shown_page(source=tiles.id)) == []
    assert len(shown(shown_page(source="x"))) == 256


def test_a_wrong_color_gets_a_sentence(shown_page):
    assert "is no colour" in shown_page(near=1, color="blue")


def test_the_script_gets_runs_and_sheets(person, tiles):
    answer = person.get(f"/tiles/{tiles.id}/wall.json").json
    assert answer["runs"] == [[0, 300]]
    ((first, count, until, version),) = answer["sheets"]
    assert (first, count, until) == (0, 1, 256)
    assert f"v={version}" in person.get(f"/tiles/{tiles.id}").text


def test_a_sheet_under_its_version_is_kept_for_good(person, tiles):
    address = re.search(r'src="([^"]+/sheets/0\.jpg[^"]+)"', person.get(f"/tiles/{tiles.id}").text)
    answer = person.get(address[1].replace("&amp;", "&"))
    assert answer.data.startswith(b"\xff\xd8")
    assert "immutable" in answer.headers["Cache-Control"]
    other = person.get(f"/tiles/{tiles.id}/sheets/0.jpg?v=old")
    assert "no-cache" in other.headers["Cache-Control"]
    assert person.get(f"/tiles/{tiles.id}/sheets/7.jpg").status_code == 404


def test_a_few_tiles_from_anywhere_come_in_one_answer(person, tiles):
    body = person.get(f"/tiles/{tiles.id}/few?n=299,3-4,1000").data
    found, at = [], 0
    while at < len(body):
        number, length = struct.unpack_from(">II", body, at)
        assert body[at + 8 : at + 10] == b"\xff\xd8"
        found.append(number)
        at += 8 + length
    assert sorted(found) == [3, 4, 299]
    assert person.get(f"/tiles/{tiles.id}/few?n=0-256").status_code == 422


def test_one_tile_says_where_it_came_from(person, tiles, maker):
    maker.session.execute(update(Tile).where(Tile.number == 7).values(time_ms=61_000))
    maker.session.commit()
    text = person.get(f"/tiles/{tiles.id}/t/7?near=1&color=%23ff0000&page=2").text
    for words in ("7.jpg", "lake-house.zip", "1:01", "among", "Remove this tile"):
        assert words in text
    assert f"/tiles/{tiles.id}/t/6?" in text
    assert f"/tiles/{tiles.id}/t/8?" in text
    back = re.search(r'href="([^"]+)" data-back', text)[1].replace("&amp;", "&")
    assert back == f"/tiles/{tiles.id}?near=1&color=%23ff0000&page=2#tile-7"
    assert person.get(f"/tiles/{tiles.id}/t/300").status_code == 404


def test_the_picture_of_its_colors(shown_page, tiles, maker):
    assert "They are being counted" in shown_page()
    tile_set = maker.session.get_one(TileSet, tiles.id)
    tile_set.colors = [[5, 0, 0, 290], [2, 1, -4, 10]]
    maker.session.commit()
    text = shown_page()
    assert "Mostly greys." in text
    assert text.count("<g transform") == 4
    assert text.count("fill=") == 2
