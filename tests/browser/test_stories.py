"""What people come for, from the first page to the file on their disk, in a real browser on the whole stack."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.pictures import likeness, photo, tiles_zip

# Two cores, several services and a browser: generous, because a story waits for what it sees and never for the clock.
PATIENCE = 120_000
PHOTO = {"name": "hills_at noon.png", "mimeType": "image/png", "buffer": photo()}
# 320 x 240 px in cells of 6.25 px.
GRID = (51, 38)


def make_tile_set(page, name="Holiday", zip_bytes=None):
    """By the forms of the page; ends on the page of the filled set."""
    page.goto("/tiles")
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Create it").click()
    page.get_by_label("Pictures, or a zip of them").set_input_files(
        {"name": "holiday.zip", "mimeType": "application/zip", "buffer": zip_bytes or tiles_zip()}
    )
    page.get_by_role("button", name="Add them").click()
    expect(page.get_by_role("link", name="Use it")).to_be_visible(timeout=PATIENCE)


@pytest.fixture(scope="module")
def kept_session(browser, base_url):
    """Cookies of somebody who has a tile set."""
    context = browser.new_context(base_url=base_url)
    make_tile_set(context.new_page())
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def watched(complaints, new_context):
    """`watched()` opens a page whose every complaint (errors, policy violations, failed requests) fails the test."""

    def open_page(**options):
        page = new_context(**options).new_page()
        complaints.hear(page, answers=True)
        return page

    return open_page


def check_download(page):
    """Press the button and look at every pixel of what arrives."""
    with page.expect_download() as download:
        page.get_by_role("link", name="Download JPEG").click()
    name = download.value.suggested_filename
    assert re.fullmatch(r"Hills-at-noon-mosaic-.+-penalty-0\.\d\d-51x38\.jpg", name), name
    body = download.value.path().read_bytes()
    with Image.open(io.BytesIO(body)) as mosaic:
        assert (mosaic.format, mosaic.size, mosaic.mode) == ("JPEG", (2550, 1900), "RGB")
    assert likeness(body, PHOTO["buffer"], GRID) > 0.8


def test_from_a_photo_to_a_downloaded_mosaic(watched, kept_session):
    page = watched(storage_state=kept_session)
    page.goto("/")
    page.get_by_label("Choose a photo").set_input_files(PHOTO)
    expect(page.get_by_alt_text("The photo you chose")).to_have_attribute(
        "src", re.compile("^blob:")
    )
    expect(page.get_by_role("button", name="Make the mosaic, 51 x 38 tiles")).to_be_visible()
    expect(page.get_by_text("1,938 cells, a picture of 2,550 x 1,900 px")).to_be_visible()
    slider = page.get_by_role("slider")
    slider.press("ArrowRight")
    expect(page.get_by_text("penalty 0.06")).to_be_visible()
    page.get_by_role("button", name="Make the mosaic").click()
    page.wait_for_url("**/mosaics/*")
    page.evaluate("window.stayed = true")
    expect(page.get_by_role("link", name="Download JPEG")).to_be_visible(timeout=PATIENCE)
    assert page.evaluate("window.stayed"), "news came by a reload, not by the stream"
    expect(page.get_by_text(re.compile(r"likeness -?\d\.\d\d, .* different tiles, most used")))
    expect(page.get_by_text("0.06", exact=True)).to_be_visible()
    check_download(page)


def test_the_same_without_a_script(watched, kept_session):
    page = watched(storage_state=kept_session, java_script_enabled=False)
    page.goto("/")
    page.locator("input[type=file]").set_input_files(PHOTO)
    page.get_by_role("button", name="Make the mosaic").click()
    page.wait_for_url("**/mosaics/*")
    expect(page.get_by_role("link", name="Download JPEG")).to_be_visible(timeout=PATIENCE)
    check_download(page)


def test_a_mosaic_is_there_after_the_page_was_closed(watched, kept_session):
    page = watched(storage_state=kept_session)
    page.goto("/")
    page.get_by_label("Choose a photo").set_input_files({**PHOTO, "name": "closed.png"})
    page.get_by_role("button", name="Make the mosaic").click()
    page.wait_for_url("**/mosaics/*")
    address = page.url
    page.close()
    again = watched(storage_state=kept_session)
    again.goto(address)
    expect(again.get_by_role("link", name="Download JPEG")).to_be_visible(timeout=PATIENCE)
    again.goto("/mosaics")
    expect(again.get_by_role("link", name=re.compile("Closed"))).to_be_visible()


def test_a_tile_set_from_a_zip_with_one_bad_file_in_it(watched):
    page = watched()
    make_tile_set(page, "Lake house", tiles_zip(notes=b"Dear diary"))
    # Some of them are the same to a pixel, and taken once.
    expect(page.get_by_text(re.compile("pictures taken, .*1 refused"))).to_be_visible()
    expect(page.get_by_text("notes.jpg")).to_be_visible()
    expect(page.locator(".refusals dd")).not_to_be_empty()
    first = page.get_by_role("link", name="Tile 1", exact=True).locator("img")
    expect(first).to_be_visible(timeout=PATIENCE)
    assert first.evaluate("tile => tile.decode().then(() => tile.naturalWidth)") >= 128
    page.get_by_role("link", name="Use it").click()
    expect(page.get_by_role("radio", name=re.compile("Lake house"))).to_be_checked()


def test_a_tile_set_without_a_script(watched):
    page = watched(java_script_enabled=False)
    make_tile_set(page, "Plain", tiles_zip(count=20))
    expect(page.get_by_text("20 pictures taken")).to_be_visible()


def test_cancel_and_change_and_run_again(watched, kept_session):
    page = watched(storage_state=kept_session)
    page.goto("/")
    # 57,600 cells are a picture of 144 megapixels: there is time to change one's mind.
    page.get_by_label("Choose a photo").set_input_files({**PHOTO, "buffer": photo((300, 300))})
    page.get_by_text("More", exact=True).click()
    page.get_by_label("Cells across").fill("240")
    page.get_by_role("radio", name=re.compile("Exhaustive")).check()
    page.get_by_role("button", name="Make the mosaic, 240 x 240 tiles").click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("cancelled before it was finished")).to_be_visible()
    page.get_by_role("link", name="Change and run again").click()
    expect(page.get_by_label("Cells across")).to_be_visible()
    expect(page.get_by_label("Cells across")).to_have_value("240")
    expect(page.get_by_role("radio", name=re.compile("Exhaustive"))).to_be_checked()
    expect(page.get_by_role("radio", name="Your photo Hills at noon")).to_be_checked()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_wrong_wish_stays_in_sight_though_more_is_closed(watched, kept_session, scripts):
    page = watched(storage_state=kept_session, java_script_enabled=scripts)
    page.goto("/")
    more, field = page.get_by_text("More", exact=True), page.get_by_label("No same tile within")
    more.click()
    field.fill("50")
    more.click()
    page.get_by_role("button", name="Make the mosaic").click()
    expect(field).to_be_focused()
    expect(field).to_be_visible()
    field.fill("")
    expect(field).not_to_be_visible()


def test_two_people_see_nothing_of_each_other(watched, browser, base_url, kept_session):
    mine = watched(storage_state=kept_session)
    mine.goto("/")
    mine.get_by_label("Choose a photo").set_input_files({**PHOTO, "name": "secret.png"})
    mine.get_by_role("button", name="Make the mosaic").click()
    mine.wait_for_url("**/mosaics/*")
    expect(mine.get_by_role("link", name="Download JPEG")).to_be_visible(timeout=PATIENCE)

    context = browser.new_context(base_url=base_url)
    theirs = context.new_page()
    theirs.goto("/mosaics")
    expect(theirs.get_by_text("Nothing here yet")).to_be_visible()
    assert theirs.goto(mine.url).status == 404
    assert theirs.goto(f"{mine.url}/download.jpg").status == 404
    theirs.goto("/tiles")
    expect(theirs.get_by_text("Holiday", exact=True)).to_have_count(0)
    context.close()


def test_delete_a_mosaic_and_a_tile_set(watched):
    page = watched()
    make_tile_set(page, "Short-lived", tiles_zip(count=30))
    set_address = page.url
    page.get_by_role("link", name="Use it").click()
    page.get_by_label("Choose a photo").set_input_files(PHOTO)
    page.get_by_role("button", name="Make the mosaic").click()
    page.get_by_role("link", name="Delete this mosaic").click(timeout=PATIENCE)
    page.get_by_role("button", name="Delete it").click()
    expect(page.get_by_text("Nothing here yet")).to_be_visible()
    page.goto(set_address)
    page.get_by_role("link", name="Delete this tile set").click()
    page.get_by_role("button", name="Delete it").click()
    page.wait_for_url("**/tiles")
    expect(page.get_by_text("Short-lived")).to_have_count(0)


def test_without_a_free_stream_the_page_reloads_by_itself(browser, base_url, kept_session):
    context = browser.new_context(base_url=base_url, storage_state=kept_session)
    page = context.new_page()
    page.route("**/events", lambda route: route.fulfill(status=204))
    page.goto("/")
    page.get_by_label("Choose a photo").set_input_files({**PHOTO, "name": "crowded.png"})
    page.get_by_role("button", name="Make the mosaic").click()
    expect(page.get_by_role("link", name="Download JPEG")).to_be_visible(timeout=PATIENCE)
    context.close()


def test_before_and_after_by_keyboard(watched, kept_session):
    page = watched(storage_state=kept_session)
    page.goto("/")
    page.get_by_label("Choose a photo").set_input_files({**PHOTO, "name": "compared.png"})
    page.get_by_role("button", name="Make the mosaic").click()
    expect(page.get_by_role("link", name="Download JPEG")).to_be_visible(timeout=PATIENCE)
    handle = page.get_by_role("slider", name="How much of the photo")
    box = page.locator("[data-compare]")
    handle.press("End")
    assert box.evaluate("box => box.style.getPropertyValue('--at')") == "1"
    handle.press("Home")
    assert box.evaluate("box => box.style.getPropertyValue('--at')") == "0"
    page.get_by_role("slider", name="Penalty").press("End")
    page.get_by_role("button", name="Make it again with penalty 0.50").click()
    page.wait_for_url("**/mosaics/*")
    expect(page.locator("dd", has_text=re.compile("^0.50$"))).to_be_visible(timeout=PATIENCE)
