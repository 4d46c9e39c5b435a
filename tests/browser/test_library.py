"""From a zip and a film over a bad connection to a mosaic, in a real browser on the whole stack."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.pictures import photo
from tests.browser.uploads import LOST, Line, add, heavy_zip, make_set
from tests.unit.engine.films import every_second, make_film

PATIENCE = 120_000
PICTURES = 60
SECONDS = 20
# Each second of the film gives its left and its right square.
TILES = PICTURES + 2 * SECONDS


@pytest.fixture
def files(tmp_path):
    """A zip of four parts, and a film of one."""
    pictures = map(every_second((640, 360), rate=5), range(5 * SECONDS))
    film = make_film(tmp_path / "Lake 1988.mp4", pictures, rate=5)
    return heavy_zip(tmp_path / "lake-house.zip", PICTURES), film


def lose_the_connection_half_way(page, line, files):
    line.cut(3, 4, second=[1])
    add(page, *files)
    expect(page.get_by_text(re.compile(r"^32 MB of 6\d MB"))).to_be_visible(timeout=PATIENCE)
    expect(page.locator("[data-stage]")).to_have_text(LOST)
    page.reload()
    assert sorted(line.arrived) == [1, 2]
    line.cut()


def check_what_was_read(page):
    expect(page.get_by_role("link", name="Use it")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text(f"{TILES} tiles", exact=True)).to_be_visible()
    # Pictures have no time.
    page.get_by_label("From", exact=True).fill("0:00")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_text(f"{2 * SECONDS} of {TILES}")).to_be_visible()


def test_a_zip_and_a_film_survive_a_lost_connection_and_become_a_mosaic(page, files):
    line = Line(page)
    make_set(page)
    lose_the_connection_half_way(page, line, files)
    expect(page.get_by_text("Not all here yet")).to_be_visible()
    add(page, *files)
    check_what_was_read(page)
    assert sorted(line.arrived) == [1, 1, 2, 3, 4], "something was sent twice"

    page.get_by_role("link", name="Use it").click()
    page.get_by_label("Choose a photo").set_input_files(
        {"name": "hills.png", "mimeType": "image/png", "buffer": photo()}
    )
    page.get_by_text("More", exact=True).click()
    page.get_by_label("Every tile at least once").check()
    page.get_by_role("button", name="Make the mosaic").click()
    expect(page.get_by_role("link", name="Download JPEG")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text(f"{TILES} of {TILES}", exact=True)).to_be_visible()
    picture = page.get_by_alt_text(re.compile("mosaic", re.IGNORECASE)).first
    assert picture.evaluate("img => img.decode().then(() => img.naturalWidth)") > 1000
