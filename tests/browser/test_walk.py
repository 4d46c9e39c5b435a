"""Walking into a mosaic of 190,000 tiles in a real browser: from the whole to one tile, its film, and all its places."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.large_set import ACROSS, DOWN, FILM_SIZE

# The policy of the page lets nobody evaluate strings, so what is waited for is a promise.
WHOLE_SIZE = """async () => {
  const there = () => performance.getEntriesByType("resource").some((one) => one.name.includes("/zoom/0/"));
  while (!there()) await new Promise(requestAnimationFrame);
}"""
PLAYS = """(video) => new Promise((done, failed) => {
  video.addEventListener("timeupdate", () => video.currentTime > 0.4 && done());
  video.addEventListener("error", () => failed(new Error(video.error.message)));
  video.play().catch(failed);
})"""


def looked_at(page, name):
    """A screenshot, for whoever names a folder for them."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png")


@pytest.fixture
def opened(made, complaints, new_context):
    """`opened()` is a page with the mosaic; whatever it complains of (errors, policy, requests) fails the test."""
    state, address = made

    def open_page(**options):
        page = new_context(storage_state=state, **options).new_page()
        complaints.hear(page, answers=True)
        page.goto(address)
        return page

    return open_page


def walk_in(page):
    page.get_by_role("button", name="Walk in").click()
    expect(page.locator("dialog[data-walk][data-ready]")).to_be_visible()
    return page.get_by_role("application")


def test_from_the_whole_to_one_tile_its_film_and_all_its_places(opened):
    page = opened()
    picture = walk_in(page)
    expect(picture).to_be_focused()
    says = page.locator("[data-says]")
    for key, place in (
        ("ArrowRight", f"Row {DOWN // 2 + 1}, column {ACROSS // 2 + 1}"),
        ("ArrowRight", f"Row {DOWN // 2 + 1}, column {ACROSS // 2 + 2}"),
        ("ArrowUp", f"Row {DOWN // 2}, column {ACROSS // 2 + 2}"),
    ):
        picture.press(key)
        expect(says).to_have_text(place)
    for _ in range(6):
        picture.press("+")
    page.evaluate(WHOLE_SIZE)
    looked_at(page, "walk-near")
    picture.press("Enter")
    panel = page.get_by_label("One tile", exact=True)
    name = panel.get_by_role("heading", name="Lake 1988.mp4")
    expect(name).to_be_focused()
    expect(panel.get_by_text(f"Row {DOWN // 2}, column {ACROSS // 2 + 2}")).to_be_visible()
    expect(panel.get_by_text(re.compile("^0:[0-5][0-9]$"))).to_be_visible()
    expect(panel.get_by_alt_text("The tile, cut from Lake 1988.mp4")).to_be_visible()

    clip = panel.locator("video")
    clip.evaluate(PLAYS)
    assert clip.evaluate("video => video.currentTime") > 0.4
    assert 1.9 < clip.evaluate("video => video.duration") < 4.3
    assert clip.evaluate("video => [video.videoWidth, video.videoHeight]") == [*FILM_SIZE]
    looked_at(page, "walk-tile")

    # The panel goes along from tile to tile; one that is used once has no other places.
    places = panel.get_by_role("button", name="Show all its places")
    column = ACROSS // 2 + 2
    while not places.count():
        column -= 1
        picture.press("ArrowLeft")
        expect(panel.get_by_text(f"Row {DOWN // 2}, column {column}")).to_be_visible()
    count = len(places.get_attribute("data-places").split())
    used = {2: "twice"}.get(count, f"{count:,} times")
    expect(panel.get_by_text(used, exact=True)).to_be_visible()
    places.click()
    expect(places).to_have_attribute("aria-pressed", "true")
    expect(says).to_have_text(f"{count} places with this tile")
    looked_at(page, "walk-places")

    for _ in range(3):  # out of the places, the tile, the mosaic
        page.keyboard.press("Escape")
    expect(page.get_by_role("application")).to_be_hidden()
    expect(page.get_by_role("button", name="Walk in")).to_be_focused()


def test_a_touch_on_a_phone_brings_the_tile_up(opened):
    page = opened(viewport={"width": 390, "height": 844}, has_touch=True, reduced_motion="reduce")
    picture = walk_in(page)
    panel = page.get_by_label("One tile", exact=True)
    expect(panel).to_be_hidden()
    box = picture.bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] / 2 + 1, box["y"] + box["height"] / 2 + 1)
    middle = f"Row {DOWN // 2 + 1}, column {ACROSS // 2 + 1}"
    expect(panel.get_by_text(middle)).to_be_visible()
    looked_at(page, "walk-phone")
    page.go_back()
    expect(picture).to_be_hidden()


def test_a_mouse_that_rests_on_a_tile_is_told_of_it(opened):
    page = opened()
    box = walk_in(page).bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2 - 3, box["y"] + box["height"] / 2 - 3)
    panel = page.get_by_label("One tile", exact=True)
    expect(panel.get_by_text(f"Row {DOWN // 2 + 1}, column {ACROSS // 2 + 1}")).to_be_visible()


def test_without_a_script_the_page_shows_the_mosaic_and_its_file(opened):
    page = opened(java_script_enabled=False)
    expect(page.get_by_alt_text(re.compile("^The mosaic: Hills"))).to_be_visible()
    expect(page.get_by_role("link", name="Download JPEG")).to_be_visible()
    expect(page.get_by_role("button", name="Walk in")).to_be_hidden()
    page.goto(f"{page.url}/cells/{ACROSS * (DOWN // 2) + ACROSS // 2}")
    expect(page.get_by_role("heading", name="Lake 1988.mp4")).to_be_visible()
    expect(page.get_by_text(f"Row {DOWN // 2 + 1}, column {ACROSS // 2 + 1}")).to_be_visible()
    expect(page.get_by_role("button", name="Show all its places")).to_be_hidden()


def test_cells_lie_where_they_are_drawn(opened):
    """The geometry on which hovering, the keys and the places stand."""
    found = opened().evaluate(
        """async () => {
          const { Cells } = await import("/static/js/walk/cells.js");
          const { source } = await import("/static/js/walk/picture.js");
          const cells = new Cells(30, 20, 50);
          const points = [[0, 0], [49.9, 49.9], [50, 0], [1499.9, 999.9], [1500, 10], [10, 1000], [-0.1, 5]];
          const squares = source({ squares: "/zoom/{level}/{x}_{y}.jpg" }, { width: 15000, height: 10000 });
          const small = source({ squares: "" }, { width: 512, height: 300 });
          return {
            at: points.map(([x, y]) => cells.at(x, y)),
            box: cells.box(31),
            steps: [[0, -1, -1], [31, 1, 1], [599, 1, 0], [599, 0, 5]].map((step) => cells.step(...step)),
            says: new Cells(300, 2000, 50).says(599999),
            levels: [squares.maxLevel, squares.getLevelScale(0), small.maxLevel],
            urls: [squares.getTileUrl(5, 29, 19), squares.getTileUrl(0, 0, 0)],
          };
        }"""
    )
    assert found == {
        "at": [0, 0, 1, 599, None, None, None],
        "box": {"x": 50, "y": 50, "width": 50, "height": 50},
        "steps": [0, 62, 599, 599],
        "says": "Row 2,000, column 300",
        "levels": [5, 1 / 32, 0],
        "urls": ["/zoom/0/29_19.jpg", "/zoom/5/0_0.jpg"],
    }
