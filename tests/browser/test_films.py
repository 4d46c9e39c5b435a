"""A film in a real browser: how it is cut, its tiles, and the frame behind one of them."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.unit.engine.films import every_second, make_film

PATIENCE = 120_000


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    path = tmp_path_factory.mktemp("films") / "Lake 1988.mp4"
    return make_film(path, map(every_second((640, 360), rate=5), range(100)), rate=5)


def looked_at(shown, name):
    """A screenshot, for whoever names a folder for them."""
    if folder := os.environ.get("SCREENSHOTS"):
        shown.screenshot(path=Path(folder) / f"{name}.png")


def test_a_film_becomes_tiles_and_a_tile_shows_its_frame(page, film):
    page.goto("/tiles")
    page.get_by_label("Name").fill("Lake house")
    page.get_by_role("button", name="Create it").click()
    page.get_by_text("More: how pictures and films are cut").click()
    page.get_by_label("Look at the film").fill("9")
    page.get_by_label("Look at the film").evaluate("field => field.form.noValidate = true")
    looked_at(page.locator(".cutting"), "cutting")
    page.get_by_role("button", name="Keep these settings").click()
    expect(page.get_by_text("“9” is not")).to_be_visible()
    looked_at(page.locator(".cutting"), "cutting-wrong")
    page.get_by_label("Look at the film").fill("0.5")
    page.get_by_label("Tiles of each frame").select_option("3 across")
    page.get_by_role("button", name="Keep these settings").click()
    expect(page.get_by_text("“9” is not")).to_have_count(0)
    page.get_by_label("Pictures, or a zip of them").set_input_files(film)
    page.get_by_role("button", name="Add them").click()
    expect(page.get_by_text("30 tiles taken")).to_be_visible(timeout=PATIENCE)
    looked_at(page, "film-read")
    page.goto(page.url + "/t/10")
    frame = page.get_by_alt_text("The frame of the film that this tile was cut from, at 0:06")
    expect(frame).to_be_visible()
    frame.evaluate("img => img.decode()")
    assert frame.evaluate("img => [img.naturalWidth, img.naturalHeight]") == [640, 360]
    expect(page.get_by_text(re.compile("^0:06$"))).to_be_visible()
    looked_at(page, "tile-of-film")
