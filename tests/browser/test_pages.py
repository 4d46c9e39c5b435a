"""The pages' own behaviour in a real browser."""

import pytest
from playwright.sync_api import expect

from app.domain.errors import BadInput
from app.domain.grid import grid_size
from tests.browser.complaints import ASKED, GIVEN_UP
from tests.browser.pictures import photo

PHOTO = {"name": "hills.png", "mimeType": "image/png", "buffer": photo()}
SIZES = [(w, h) for w in (16, 100, 399, 600, 601, 4000) for h in (16, 333, 600, 601, 6000)]


def test_live_numbers_follow_the_same_arithmetic_as_the_server(page):
    page.goto("/")
    asked, expected = [], []
    for width, height in SIZES:
        for across in (None, 4, 63, 300):
            try:
                grid = grid_size(width, height, across)
            except BadInput:
                continue
            asked.append([width, height, across])
            expected.append([grid.cols, grid.rows, grid.cells, grid.width, grid.height])
    found = page.evaluate(
        """async (asked) => {
          const { gridSize } = await import("/static/js/grid.js");
          return asked.map((one) => Object.values(gridSize(...one)));
        }""",
        asked,
    )
    assert found == expected
    assert len(found) > 50


def test_a_photo_can_be_dropped_anywhere(page, complaints):
    complaints.hear(page)
    page.goto("/")
    dropped = page.evaluate_handle(
        """async (bytes) => {
          const data = new DataTransfer();
          data.items.add(new File([new Uint8Array(bytes)], "hills.png", { type: "image/png" }));
          return data;
        }""",
        list(PHOTO["buffer"]),
    )
    page.dispatch_event(".site-foot", "dragenter", {"dataTransfer": dropped})
    expect(page.locator("body")).to_have_class("dragging")
    page.dispatch_event(".site-foot", "drop", {"dataTransfer": dropped})
    expect(page.locator("body")).not_to_have_class("dragging")
    expect(page.get_by_alt_text("The photo you chose")).to_be_visible()
    expect(page.get_by_role("button", name="Make the mosaic, 51 x 38 tiles")).to_be_visible()


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (
            {"name": "diary.txt", "mimeType": "text/plain", "buffer": b"Dear diary"},
            "is not a picture we can read",
        ),
        (
            {"name": "diary.jpg", "mimeType": "image/jpeg", "buffer": b"Dear diary"},
            "is not a picture we can read",
        ),
    ],
)
def test_a_file_that_is_no_photo_is_told_before_it_is_sent(page, file, sentence):
    page.goto("/")
    page.get_by_label("Choose a photo").set_input_files(file)
    expect(page.get_by_text(sentence)).to_be_visible()
    assert page.get_by_label("Choose a photo").input_value() == ""


def test_the_numbers_follow_the_cells(page):
    page.goto("/")
    page.get_by_label("Choose a photo").set_input_files(PHOTO)
    page.get_by_text("More", exact=True).click()
    page.get_by_label("Cells across").fill("20")
    expect(page.get_by_role("button", name="Make the mosaic, 20 x 15 tiles")).to_be_visible()
    page.get_by_label("Cells across").fill("2")
    expect(page.get_by_role("button", name="Make the mosaic", exact=True)).to_be_visible()


def test_a_photo_larger_than_we_take_gets_its_page_and_not_a_broken_connection(
    browser, base_url, tmp_path
):
    large = tmp_path / "large.jpg"
    with large.open("wb") as file:
        file.truncate(102_000_000)
    context = browser.new_context(base_url=base_url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.locator("input[type=file]").set_input_files(large)
    page.get_by_role("button", name="Make the mosaic").click()
    expect(page.get_by_text("larger than 100 MB, the largest we take")).to_be_visible(
        timeout=60_000
    )
    context.close()


def test_the_theme_changes_at_once_and_stays(page, complaints):
    complaints.hear(page)
    page.goto("/tiles")
    page.evaluate("window.stayed = true")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    with page.expect_response("**/theme"):
        page.get_by_role("button", name="Dark").click()
    assert page.evaluate("window.stayed")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("theme", ["Dark", "1998"])
def test_the_theme_changes_without_a_script(browser, base_url, theme):
    context = browser.new_context(base_url=base_url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/tiles")
    page.get_by_role("button", name=theme).click()
    page.wait_for_url("**/tiles*")
    expect(page.locator("html")).to_have_attribute("data-theme", theme.lower())
    context.close()


def test_into_1998_and_back(page, complaints):
    complaints.hear(page)
    page.goto("/tiles")
    modern = page.evaluate("getComputedStyle(document.body).backgroundImage")
    page.get_by_role("button", name="1998").click()
    expect(page.get_by_text("Mosaics hanging here")).to_be_visible()
    page.wait_for_function(
        "getComputedStyle(document.body).backgroundImage.includes('tesserae.svg')"
    )
    page.get_by_role("button", name="Light").click()
    expect(page.get_by_text("Mosaics hanging here")).to_have_count(0)
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    assert page.evaluate("getComputedStyle(document.body).backgroundImage") == modern


def test_everything_can_be_reached_by_keyboard_and_shows_where_one_is(page):
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
    page.keyboard.press("Enter")
    names = []
    for _ in range(12):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.id || document.activeElement.name"))
    assert {"photo", "penalty"} <= set(names)


def test_a_question_that_a_newer_one_replaced_is_nothing_to_complain_of(page, complaints):
    lines = []
    page.on("console", lambda message: lines.append(message.text))
    complaints.hear(page)
    page.goto("/")
    page.get_by_text("More", exact=True).click()
    page.route("**/preflight*", lambda _: None)
    for across in ("40", "41"):
        with page.expect_request("**/preflight*"):
            page.get_by_label("Cells across").fill(across)
            page.keyboard.press("Tab")
    assert [line.partition(",")[0] for line in lines] == [ASKED, GIVEN_UP]
    assert complaints.said == []
