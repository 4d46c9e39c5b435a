"""Tile by tile: the panel of a cell, bans in a mosaic and in a set, pins, with plain forms and by our script."""

import re

import pytest
from sqlalchemy import insert, select, update

from app.domain.edits import Cell, Pin
from app.domain.limits import SET_BANS_MAX
from app.models import BannedTile, Mosaic, Tile
from tests.integration.web.api import Script, token_for


def banned(maker, tile_set):
    maker.session.rollback()
    mine = BannedTile.tile_set_id == tile_set.id
    return maker.session.scalars(select(BannedTile.number).where(mine)).all()


def look_of(mosaic, **fields):
    return mosaic.options.written() | fields


def test_the_panel_tells_of_the_tile_and_what_else_fits(person, mine, tuner):
    address = f"/mosaics/{mine.finished.id}/cell"
    text = person.get(f"{address}?cell=4.11&penalty=0.3&pins=0.0.2").text
    assert "5 across, 12 down" in text
    assert 'value="pin.4.11.1"' in text
    assert 'value="ban.1"' in text
    assert 'value="everywhere.1"' in text
    assert 'aria-label="Tile 2, score 0.60, used twice, shows now"' in text
    assert 'aria-label="Unpin tile 3 at 1 across, 1 down"' in text
    assert '<img class="is-mirrored"' in text
    look = look_of(mine.finished, penalty="0.3", pins="0.0.2")
    assert tuner.asked == [(str(mine.finished.id), look, 4, 11)]
    sent = person.post(address, look | {"cell": "4.11"})
    assert sent.text == text
    assert "across" not in person.get(address).text.partition('class="no-script"')[0]


def test_a_cell_outside_the_picture_is_not_there(person, mine, tuner):
    assert person.get(f"/mosaics/{mine.finished.id}/cell?cell=96.0").status_code == 404
    assert tuner.asked == []


def test_without_a_script_buttons_change_the_settings_and_the_page_stays_with_its_cell(
    person, mine, tuner
):
    address = f"/mosaics/{mine.finished.id}/tune"
    look = look_of(mine.finished, penalty="0.31", bans="2")
    page = person.post(address, look | {"act": "pin.4.11.1", "cell": "4.11"}).text
    assert 'name="pins" value="4.11.1"' in page
    assert 'name="bans" value="2"' in page
    assert 'step="0.01" value="0.31"' in page
    assert "5 across, 12 down" in page
    assert 'value="unpin.4.11"' in page
    assert re.search(r"data-now src=\"/mosaics/[^\"]*/live.jpg\?sharp=yes&amp;penalty=0.31", page)
    typed = person.post(address, look | {"across": "7", "down": "3"}).text
    assert "7 across, 3 down" in typed
    assert person.post(address, look | {"act": "burn.1"}).status_code == 422


def test_settings_too_long_for_an_address_are_sent(person, mine, tuner):
    pins = ",".join(f"{n % 96}.{n // 96}.{n % 3}" for n in range(2000))
    look = look_of(mine.finished, pins=pins)
    answer = person.post(f"/mosaics/{mine.finished.id}/live.jpg", look | {"bare": "yes"})
    assert answer.data == tuner.answer.picture
    assert tuner.asked[0][1]["pins"].count(",") == 1999
    page = person.post(f"/mosaics/{mine.finished.id}/tune", look).text
    assert "And 1,976 more." in page
    assert "data-now src" in page
    assert "live.jpg?" not in page


def test_a_tile_banned_in_the_set_is_listed_there_and_allowed_again(person, mine, maker):
    address = f"/mosaics/{mine.finished.id}/tune"
    look = look_of(mine.finished, pins="0.0.1,1.0.2")
    page = person.post(address, look | {"act": "everywhere.1"}).text
    assert banned(maker, mine.tile_set) == [1]
    assert 'name="pins" value="1.0.2"' in page
    assert "1 tile is banned in" in page
    page = person.get(f"/tiles/{mine.tile_set.id}").text
    assert 'aria-label="Allow tile 2 again"' in page
    assert "Allow it again" in person.get(f"/tiles/{mine.tile_set.id}/t/1").text
    answer = person.post(f"/tiles/{mine.tile_set.id}/bans/allow", {"tile": "1"})
    assert answer.location == f"/tiles/{mine.tile_set.id}#banned"
    assert banned(maker, mine.tile_set) == []
    assert "Banned tiles" not in person.get(f"/tiles/{mine.tile_set.id}").text


def test_a_script_bans_and_allows_several(person, mine, maker):
    address = f"/tiles/{mine.tile_set.id}/bans"
    for _ in range(2):
        answer = person.client.post(address, data={"tile": "0-1"}, headers=person.as_script)
        assert answer.status_code == 200
    assert sorted(banned(maker, mine.tile_set)) == [0, 1]
    every = person.client.post(address, data={"tile": "2"}, headers=person.as_script)
    assert (every.status_code, banned(maker, mine.tile_set)) == (422, [0, 1])
    assert "every tile" in every.json["sentence"]
    none = person.client.post(address, data={"tile": "77"}, headers=person.as_script)
    assert none.status_code == 404
    assert (
        person.client.post(address, data={"tile": ""}, headers=person.as_script).status_code == 422
    )


def test_of_one_set_ten_thousand_tiles_are_banned_and_not_one_more(person, mine, maker, app):
    """All but one of them were, of a large set; these have no pictures here."""
    mine.tile_set.tile_count = 2 * SET_BANS_MAX
    others = [
        {"tile_set_id": mine.tile_set.id, "number": 100 + at} for at in range(SET_BANS_MAX - 1)
    ]
    maker.session.execute(insert(BannedTile), others)
    maker.session.commit()
    address = f"/tiles/{mine.tile_set.id}/bans"
    both = person.client.post(address, data={"tile": "0-1"}, headers=person.as_script)
    assert both.status_code == 422
    assert "Of one set 10,000 tiles can be banned" in both.json["sentence"]
    assert len(banned(maker, mine.tile_set)) == SET_BANS_MAX - 1
    assert (
        person.client.post(address, data={"tile": "0"}, headers=person.as_script).status_code == 200
    )
    script = Script(app, token_for(maker.session, person.id))
    path = f"/tile-sets/{mine.tile_set.id}/bans"
    refused = script.post(path, {"numbers": [1]})
    assert (refused.status_code, "Nothing was changed" in refused.json["detail"]) == (422, True)
    assert script.post(f"{path}/allow", {"numbers": [0]}).status_code == 204
    assert script.post(path, {"numbers": [1]}).json == {"numbers": [1]}
    assert len(banned(maker, mine.tile_set)) == SET_BANS_MAX


def test_of_a_shared_set_tiles_are_banned_in_a_mosaic_alone(person, shared, maker):
    text = person.get(f"/mosaics/{shared.finished.id}/cell?cell=1.1").text
    assert 'value="ban.1"' in text
    assert "everywhere" not in text
    act = look_of(shared.finished) | {"act": "everywhere.1"}
    assert person.post(f"/mosaics/{shared.finished.id}/tune", act).status_code == 404
    assert banned(maker, shared.tile_set) == []


WRONG = [
    ({"pins": "0.0.77"}, "Tile 78, pinned at 1 across, 1 down, was removed from the tile set"),
    ({"pins": "95.64.1"}, "is outside the mosaic, which has 96 x 64 cells"),
    ({"pins": "0.0.1", "bans": "1"}, "is banned in this mosaic"),
    ({"pins": "0.0.0"}, "is banned in the tile set"),
    ({"bans": "1-2,9"}, "Every tile of “Lake house” is banned"),
    (
        {"pins": "0.0.1,1.0.1", "max_uses": "1"},
        "pinned to 2 cells, and the most uses of a tile are 1",
    ),
    (
        {"pins": "0.0.1,1.1.1", "min_distance": "1"},
        "pinned at 1 across, 1 down and again within 1 c",
    ),
]


@pytest.mark.parametrize(("fields", "sentence"), WRONG)
def test_what_cannot_be_laid_is_said_and_nothing_is_lost(
    person, mine, maker, tuner, fields, sentence
):
    maker.session.add(BannedTile(tile_set_id=mine.tile_set.id, number=0))
    maker.session.commit()
    address = f"/mosaics/{mine.finished.id}/live.jpg"
    answer = person.client.get(address, query_string=fields, headers=person.as_script)
    assert answer.status_code == 422
    assert sentence in answer.json["sentence"]
    assert "lost" in answer.json["sentence"]
    assert tuner.asked == []
    make = {"photo_id": mine.photo.id, "tile_set": mine.tile_set.id, "form_key": "1"}
    made = person.client.post("/mosaics", data=make | fields, headers=person.as_script)
    assert sentence in made.json["sentence"] or "95.64" in fields.get("pins", "")
    page = person.get(f"/mosaics/{mine.finished.id}/cell", query_string=fields | {"cell": "0.0"})
    assert page.status_code == 200
    assert sentence.partition("“")[0] in page.text


def test_families_count_as_one_before_a_mosaic_is_queued(person, mine, maker):
    """Three tiles of one shot are one, unless they count apart."""
    maker.session.execute(update(Tile).values(family=4))
    maker.session.commit()
    fields = {"photo_id": mine.photo.id, "tile_set": mine.tile_set.id, "min_distance": "1"}
    answer = person.client.post("/mosaics", data=fields, headers=person.as_script)
    assert "takes 4 families of tiles, not 1" in answer.json["sentence"]
    apart = fields | {"families": "no"}
    answer = person.client.post("/mosaics", data=apart, headers=person.as_script)
    assert "takes 4 tiles, not 3" in answer.json["sentence"]


def test_a_mosaic_carries_what_was_decided(person, mine, maker):
    fields = {"photo_id": mine.photo.id, "tile_set": mine.tile_set.id, "form_key": "1"}
    answer = person.post(
        "/mosaics", fields | {"bans": "2", "pins": "3.1.0,0.0.1", "families": "no"}
    )
    mosaic = maker.session.get(Mosaic, answer.location.rpartition("/")[2])
    assert mosaic.options.bans == (2,)
    assert mosaic.options.pins == (Pin(Cell(0, 0), 1), Pin(Cell(3, 1), 0))
    assert not mosaic.options.families
    maker._finish(mosaic, b"")
    maker.session.commit()
    again = person.get(f"/?from={mosaic.id}").text
    assert "banned or pinned in that mosaic are left out" in again
    assert 'name="pins"' not in again


def test_a_version_carries_it_too(person, mine, maker):
    look = look_of(mine.finished, bans="2", pins="0.0.1")
    answer = person.post(f"/mosaics/{mine.finished.id}/versions", look)
    page = person.get(answer.location).text
    assert 'name="pins" value="0.0.1"' in page
    assert "1 banned, 1 pinned" in page


def test_bans_go_with_their_tiles_and_counts_leave_them_out(person, mine, maker):
    for tile in ("0", "1"):
        person.post(f"/tiles/{mine.tile_set.id}/bans", {"tile": tile})
    query = f"/preflight?photo_id={mine.photo.id}&tile_set={mine.tile_set.id}"
    assert "cells, 1 tile." in person.get(query).text
    person.post(f"/tiles/{mine.tile_set.id}/remove", {"tiles": "1", "sure": "yes"})
    assert banned(maker, mine.tile_set) == [0]


def test_scripts_ban_pin_and_ask_what_else_fits(app, person, mine, maker, tuner):
    script = Script(app, token_for(maker.session, person.id))
    bans = f"/tile-sets/{mine.tile_set.id}/bans"
    assert script("POST", bans, json={"numbers": [0, 1]}).json == {"numbers": [0, 1]}
    assert script("POST", f"{bans}/allow", json={"numbers": [0]}).status_code == 204
    assert script("GET", bans).json == {"numbers": [1]}
    pins = [{"column": 3, "row": 1, "tile": 2}]
    asked = {"column": 4, "row": 11, "options": {"pins": pins, "bans": [0], "families": False}}
    found = script("POST", f"/mosaics/{mine.finished.id}/cell", json=asked).json
    assert found["choices"][found["shown"]]["tile"] == 1
    look = look_of(mine.finished, pins="3.1.2", bans="0", families="no")
    assert tuner.asked == [(str(mine.finished.id), look, 4, 11)]
    options = script("GET", f"/mosaics/{mine.finished.id}").json["options"]
    assert (options["pins"], options["bans"], options["families"]) == ([], [], True)


def test_a_banned_tile_that_was_removed_is_said_and_can_be_taken_back(person, mine):
    page = person.get(f"/mosaics/{mine.finished.id}/cell?bans=1,77").text
    assert "One of these tiles was removed from the set since." in page
    assert page.count("Removed</span>") == 1
    assert 'value="allow.77"' in page
