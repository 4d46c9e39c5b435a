"""The wall of a set in a real browser: all of it in few elements and few requests, by mouse, keyboard and without a script."""

import io
import re
import zipfile

import pytest
from playwright.sync_api import expect

from app.domain.numbers import runs_of, slice_of, words_of
from tests.browser.pictures import tiles_zip

PATIENCE = 120_000
TILES = 1500
TWO_DOWN = "scrollTo({ top: document.body.scrollHeight / 2, behavior: 'instant' })"


def add(page, zip_bytes, name):
    page.get_by_label("Pictures, or a zip of them").set_input_files(
        {"name": name, "mimeType": "application/zip", "buffer": zip_bytes}
    )
    page.get_by_role("button", name="Add them").click()
    expect(page.get_by_text(re.compile("pictures taken")).first).to_be_visible(timeout=PATIENCE)


@pytest.fixture(scope="module")
def kept(browser, base_url):
    """Cookies of somebody with a set that was read and surveyed, and the set's address."""
    context = browser.new_context(base_url=base_url)
    page = context.new_page()
    page.goto("/tiles")
    page.get_by_label("Name").fill("Holiday")
    page.get_by_role("button", name="Create it").click()
    add(page, tiles_zip(count=TILES), "holiday.zip")
    address = page.url
    expect(page.locator(".slices")).to_be_visible(timeout=PATIENCE)
    state = context.storage_state()
    context.close()
    return state, address


@pytest.fixture
def wall(kept, complaints, new_context):
    """`wall()` opens the set's page; complaints of the browser fail the test."""

    def open_page(query="", **options):
        state, address = kept
        page = new_context(storage_state=state, **options).new_page()
        complaints.hear(page)
        page.goto(address + query)
        if options.get("java_script_enabled", True):
            page.wait_for_selector("[data-ready]")
        return page

    return open_page


def tile(page, number):
    return page.get_by_role("link", name=f"Tile {number:,}", exact=True)


def total(page):
    return int(page.locator("[data-wall]").get_attribute("data-total"))


def last(page):
    """The name of the last tile: numbers have gaps where a picture came twice, or was removed."""
    return page.evaluate(
        "async () => (await (await fetch(document.querySelector('[data-wall]').dataset.numbers)).json()).runs.at(-1)"
        ".reduce((first, count) => first + count)"
    )


def focused(page):
    return page.evaluate("document.activeElement.ariaLabel")


def test_all_of_it_is_there_in_few_elements_and_requests(wall):
    page = wall()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    cells = page.locator("[data-wall] li")
    before = cells.count()
    height = page.evaluate("document.body.scrollHeight")
    for share in (0.25, 0.5, 0.75, 1):
        page.evaluate(
            "share => scrollTo({ top: document.body.scrollHeight * share, behavior: 'instant' })",
            share,
        )
        page.wait_for_timeout(200)
    end = tile(page, last(page))
    expect(end).to_be_visible()
    assert cells.count() == before < 800
    assert page.evaluate("document.body.scrollHeight") == height
    assert len(asked) <= TILES / 200
    picture = end.locator("img")
    assert picture.evaluate("img => img.decode().then(() => img.naturalWidth)") == 1024


def test_the_pictures_are_those_of_the_numbers(wall):
    """What a sheet shows at a tile's place is the tile itself."""
    page = wall()
    page.evaluate(TWO_DOWN)
    page.wait_for_timeout(300)
    far = page.evaluate(
        """async () => {
          const mean = async (src, box) => {
            const img = new Image();
            img.src = src;
            await img.decode();
            const canvas = new OffscreenCanvas(8, 8);
            const draw = canvas.getContext("2d");
            draw.drawImage(img, ...box(img), 0, 0, 8, 8);
            const data = draw.getImageData(0, 0, 8, 8).data;
            return [0, 1, 2].map((c) => data.filter((_, i) => i % 4 === c).reduce((a, b) => a + b) / 64);
          };
          const far = [];
          for (const cell of [...document.querySelectorAll("[data-wall] li[class^=x]")].slice(0, 40)) {
            const [x, y] = cell.className.match(/\\d+/g).map(Number);
            const sheet = await mean(cell.querySelector("img").src, () => [x * 64, y * 64, 64, 64]);
            const href = cell.querySelector("a").getAttribute("href");
            const alone = await mean(`${href}.jpg`, (img) => [0, 0, img.width, img.height]);
            far.push(Math.max(...sheet.map((part, c) => Math.abs(part - alone[c]))));
          }
          return far;
        }"""
    )
    assert len(far) == 40
    assert max(far) < 8


def test_the_script_counts_as_the_server_does(wall):
    runs = [[0, 3], [9, 1], [4, 2]]
    found = wall().evaluate(
        """async (runs) => {
          const { Numbers, wordsOf } = await import("/static/js/wall/numbers.js");
          const numbers = new Numbers(runs);
          const all = numbers.between(0, 99);
          return [all, all.map((number) => numbers.placeOf(number)), numbers.placeOf(7), wordsOf(all)];
        }""",
        runs,
    )
    numbers = slice_of([tuple(run) for run in runs], 0, 99)
    assert found == [numbers, list(range(6)), -1, words_of(runs_of(numbers))]


def test_by_keyboard_to_a_tile_and_back(wall):
    page = wall()
    page.locator("[data-wall] [tabindex='0']").focus()
    assert focused(page) == "Tile 1"
    columns = page.evaluate(
        "getComputedStyle(document.querySelector('[data-wall]')).gridTemplateColumns.split(' ').length"
    )
    for key, number in (
        ("ArrowRight", 2),
        ("ArrowDown", 2 + columns),
        ("ArrowLeft", 1 + columns),
        ("ArrowUp", 1),
        ("ArrowUp", 1),
        ("End", last(page)),
        ("Home", 1),
    ):
        page.keyboard.press(key)
        assert focused(page) == f"Tile {number:,}"
    page.keyboard.press("PageDown")
    page.keyboard.press("PageDown")
    there = focused(page)
    assert int(there.removeprefix("Tile ").replace(",", "")) > 4 * columns
    page.keyboard.press("Enter")
    page.wait_for_url("**/t/*")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"\d{4}\.jpg"))
    page.keyboard.press("Escape")
    page.wait_for_selector("[data-ready]")
    assert focused(page) == there


def test_scrolling_away_does_not_move_the_focus_to_another_tile(wall):
    page = wall()
    tile(page, 3).focus()
    page.evaluate(TWO_DOWN)
    page.wait_for_timeout(200)
    assert page.evaluate("document.activeElement.matches('[data-wall]')")
    assert page.locator("[data-wall] [tabindex='0']").count() == 1


def test_the_nearest_in_color_in_one_request_for_256(wall):
    page = wall()
    with page.expect_navigation():
        page.get_by_label("Colour", exact=True).evaluate(
            "field => { field.value = '#204080'; field.dispatchEvent(new Event('change', { bubbles: true })); }"
        )
    assert page.url.endswith("?near=1&color=%23204080")
    page.wait_for_selector("[data-ready]")
    expect(page.get_by_text("the nearest first")).to_be_visible()
    first = page.locator("[data-wall] li img").first
    expect(first).to_have_attribute("src", re.compile("^blob:"))
    assert first.evaluate("img => img.decode().then(() => img.naturalWidth)") <= 150
    page.get_by_role("link", name="Show all").click()
    page.wait_for_selector("[data-ready]")
    assert "?" not in page.url


def test_chosen_tiles_are_removed(wall):
    page = wall()
    before = total(page)
    page.get_by_role("link", name="Choose tiles to remove").click()
    page.wait_for_selector("[data-ready]")
    go = page.locator("[data-chosen-go]")
    expect(go).to_be_disabled()
    page.get_by_role("checkbox", name="Tile 2", exact=True).check()
    page.get_by_role("checkbox", name="Tile 5", exact=True).click(modifiers=["Shift"])
    expect(page.get_by_text("4 tiles chosen")).to_be_visible()
    page.evaluate(TWO_DOWN)
    page.wait_for_timeout(300)
    page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
    expect(page.get_by_role("checkbox", name="Tile 4", exact=True)).to_be_checked()
    go.click()
    expect(page.get_by_text("Remove these 4 tiles?")).to_be_visible()
    page.get_by_role("button", name="Remove them").click()
    page.wait_for_selector("[data-ready]")
    assert total(page) == before - 4
    expect(tile(page, 1)).to_be_visible()
    expect(tile(page, 2)).to_have_count(0)
    expect(tile(page, 6)).to_be_visible()


def test_without_a_script_it_has_pages_filters_and_removal(wall):
    page = wall(java_script_enabled=False)
    page.get_by_role("link", name="Next").click()
    tile(page, 300).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"\d{4}\.jpg"))
    page.get_by_role("link", name="Back to Holiday").click()
    assert "page=2" in page.url
    page.get_by_label("Nearest to").check()
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("the nearest first")).to_be_visible()
    page.get_by_role("link", name="Choose tiles to remove").click()
    box = page.get_by_role("checkbox", name=re.compile("^Tile ")).first
    name = box.get_attribute("aria-label")
    box.check()
    page.get_by_role("button", name="Remove them").click()
    page.get_by_role("button", name="Remove it").click()
    page.wait_for_url("**/tiles/*")
    expect(page.get_by_role("link", name=name, exact=True)).to_have_count(0)


def test_taken_away_as_a_zip(wall):
    page = wall()
    with page.expect_download() as download:
        page.get_by_role("link", name="Take it away as a zip").click()
    assert download.value.suggested_filename == "Holiday-tiles.zip"
    with zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes())) as archive:
        assert archive.testzip() is None
        assert "tessera-tiles.csv" in archive.namelist()


def test_how_photo_and_set_fit_follows_the_slider(wall):
    page = wall()
    page.get_by_role("link", name="Use it").click()
    page.get_by_label("Choose a photo").set_input_files("docs/pictures/example.jpg")
    says = page.locator("[data-preflight]")
    expect(says).to_contain_text("At penalty 0.05 it takes", timeout=PATIENCE)
    page.get_by_role("slider").press("End")
    expect(says).to_contain_text("At penalty 0.50 it takes", timeout=PATIENCE)


@pytest.mark.parametrize("width", [320, 390, 1440])
def test_no_page_is_wider_than_its_window(wall, width):
    page = wall()
    page.set_viewport_size({"width": width, "height": 800})
    for address in (page.url, tile(page, 1).get_attribute("href")):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
