"""Large files and folders from a real browser: parts, a lost connection, a reload, and nothing sent twice."""

import random
import re
import zipfile

import pytest
from playwright.sync_api import expect

from app.domain.limits import BATCH_MAX_FILES, PART_BYTES
from app.web.words import size, time_left
from tests.browser.pictures import tile
from tests.browser.uploads import LOST, PART, Line, add, choose, heavy_zip, make_set

PATIENCE = 120_000
TILES = 60


@pytest.fixture(scope="module")
def large_zip(tmp_path_factory):
    """60 tiles, each with a megabyte behind its end: four parts."""
    path = heavy_zip(tmp_path_factory.mktemp("uploads") / "lake-house.zip", TILES)
    assert 3 * PART_BYTES < path.stat().st_size < 4 * PART_BYTES
    return path


@pytest.fixture
def tile_set(page, complaints):
    """The page of a new, empty set."""
    complaints.hear(page, apart="net::")  # tests cut connections
    make_set(page)
    return page


def test_a_large_zip_survives_a_lost_connection_and_a_reload(tile_set, large_zip):
    page, line = tile_set, Line(tile_set)
    line.cut(2, 3, 4)
    add(page, large_zip)
    expect(page.locator("[data-stage]")).to_have_text(LOST)
    line.cut(4)
    expect(page.get_by_text(re.compile(r"^48 MB of 6\d MB"))).to_be_visible(timeout=PATIENCE)
    assert sorted(line.arrived) == [1, 2, 3]

    page.reload()
    expect(
        page.get_by_text("1 upload was interrupted: choose the same files again")
    ).to_be_visible()
    expect(page.get_by_text("Not all here yet: lake-house.zip.")).to_be_visible()
    line.cut()
    add(page, large_zip)
    expect(page.get_by_role("link", name="Use it")).to_be_visible(timeout=PATIENCE)
    assert sorted(line.arrived) == [1, 2, 3, 4]
    expect(page.get_by_text(f"{TILES} tiles", exact=True)).to_be_visible()
    expect(page.get_by_text(f"{TILES} pictures taken")).to_be_visible()
    expect(page.get_by_text("interrupted")).to_have_count(0)


def test_a_browser_that_goes_offline_goes_on_by_itself(tile_set, large_zip, context):
    page = tile_set
    choose(page, large_zip)
    context.set_offline(True)
    page.get_by_role("button", name="Add them").click()
    expect(page.locator("[data-stage]")).to_have_text(LOST)
    context.set_offline(False)
    expect(page.get_by_role("link", name="Use it")).to_be_visible(timeout=PATIENCE)


def test_another_tab_does_not_take_it_for_interrupted(tile_set, large_zip, context):
    line = Line(tile_set)
    line.cut(1, 2, 3, 4)
    add(tile_set, large_zip)
    expect(tile_set.locator("[data-stage]")).to_have_text(LOST)
    other = context.new_page()
    other.goto(tile_set.url)
    expect(other.get_by_text("on their way to this set from another tab")).to_be_visible()
    expect(other.get_by_role("button", name="Forget it")).to_have_count(0)
    tile_set.goto("/tiles")
    other.reload()
    expect(other.get_by_role("button", name="Forget it")).to_be_visible()


@pytest.fixture
def small_zip(tmp_path):
    path = tmp_path / "small.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.jpg", tile(random.Random(9)))
    return path


def answers_first(page, pattern, *statuses):
    """The server as it answers the first requests; later ones reach it."""
    left = list(statuses)
    page.route(
        pattern, lambda route: route.fulfill(status=left.pop(0)) if left else route.continue_()
    )
    return left


@pytest.mark.parametrize("where", ["**/upload", "**/files", PART, "**/complete", "**/done"])
def test_a_server_that_is_away_for_a_while_costs_a_while(page, small_zip, where):
    make_set(page)
    left = answers_first(page, where, 503)
    add(page, small_zip)
    expect(page.locator("[data-stage]")).to_have_text(
        "Nothing can be stored just now; it goes on by itself"
    )
    expect(page.get_by_text("1 tile", exact=True)).to_be_visible(timeout=PATIENCE)
    assert left == []


@pytest.mark.parametrize("refusals", [1, 2, 4])
def test_old_links_are_asked_for_anew(page, small_zip, refusals):
    make_set(page)
    left = answers_first(page, PART, *[403] * refusals)
    add(page, small_zip)
    expect(page.get_by_text("1 tile", exact=True)).to_be_visible(timeout=PATIENCE)
    assert left == []


def test_a_part_that_is_refused_again_and_again_is_told(page, small_zip):
    make_set(page)
    answers_first(page, PART, *[403] * 20)
    add(page, small_zip)
    expect(page.get_by_text("Something went wrong with this file.")).to_be_visible()
    expect(page.get_by_text("One file could not be sent")).to_be_visible()


def test_paused_it_waits_and_what_is_removed_is_not_added(tile_set, large_zip, tmp_path):
    page, line = tile_set, Line(tile_set)
    line.cut(1, 2, 3, 4)
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("a.jpg", tile(random.Random(6)))
    choose(page, large_zip, other)
    page.get_by_role("button", name="Add them").press("Enter")
    expect(page.get_by_role("button", name="Pause")).to_be_focused()
    expect(page.get_by_text("1 kB, here").or_(page.get_by_text("2 kB, here"))).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("[data-stage]")).to_have_text("Paused")
    expect(page.get_by_role("button", name="Go on")).to_be_focused()
    page.get_by_role("button", name="Take lake-house.zip off the list").press("Enter")
    expect(page.get_by_text("lake-house.zip")).to_have_count(0)
    page.get_by_role("button", name="Go on").press("Enter")
    expect(page.get_by_role("link", name="Use it")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("1 tile", exact=True)).to_be_visible()


def test_a_folder_of_many_small_files_goes_in_a_few_requests(tile_set, tmp_path):
    page, count, sent = tile_set, BATCH_MAX_FILES + 100, []
    page.on("request", lambda request: request.method == "PUT" and sent.append(request.url))
    rng = random.Random(7)
    for number in range(count):
        folder = tmp_path / "Lake house" / f"{number % 3}"
        folder.mkdir(parents=True, exist_ok=True)
        # Those that are the same to a byte would be taken once.
        (folder / f"{number // 3}.jpg").write_bytes(tile(rng) + rng.randbytes(8))
    page.get_by_label("A folder of pictures").set_input_files(tmp_path / "Lake house")
    expect(page.get_by_text(f"{count} small files")).to_be_visible()
    page.get_by_role("button", name="Add them").click()
    expect(page.get_by_text(f"{count} tiles", exact=True)).to_be_visible(timeout=PATIENCE)
    assert len(sent) == 2


def drop(page, *names):
    """Drop files of 3 kB at the foot of the page."""
    files = page.evaluate_handle(
        """names => {
          const data = new DataTransfer();
          for (const name of names) data.items.add(new File(["x".repeat(3000)], name));
          return data;
        }""",
        names,
    )
    page.dispatch_event(".site-foot", "dragover", {"dataTransfer": files})
    expect(page.locator("body")).to_have_class("dragging")
    page.dispatch_event(".site-foot", "drop", {"dataTransfer": files})
    expect(page.locator("body")).not_to_have_class("dragging")


def test_files_chosen_before_the_script_came_are_taken(tile_set, small_zip):
    page, held = tile_set, []
    page.route("**/js/tiles*.js*", lambda route: held.append(route))  # noqa: PLW0108
    page.reload(wait_until="commit")
    page.locator("#files").set_input_files(small_zip)
    page.wait_for_timeout(500)
    assert len(held) == 1
    held[0].continue_()
    expect(page.locator("[data-name]").get_by_text(small_zip.name)).to_be_visible()
    expect(page.get_by_role("button", name="Add them")).to_be_visible()


def test_files_can_be_dropped_anywhere(tile_set):
    page = tile_set
    expect(page.get_by_role("button", name="Add them")).not_to_be_visible()
    drop(page, "a.jpg", "b.jpg")
    expect(page.get_by_text("2 small files")).to_be_visible()
    expect(page.get_by_text("6 kB").first).to_be_visible()
    expect(page.get_by_role("button", name="Add them")).to_be_visible()


def test_on_a_phone_what_is_on_its_way_is_not_folded_away(tile_set, small_zip, large_zip):
    page, line = tile_set, Line(tile_set)
    page.set_viewport_size({"width": 390, "height": 844})
    add(page, small_zip)
    expect(page.get_by_text("1 tile", exact=True)).to_be_visible(timeout=PATIENCE)
    page.reload()
    expect(page.get_by_role("button", name="Choose files")).not_to_be_visible()
    drop(page, "a.jpg", "b.jpg")
    expect(page.get_by_text("2 small files")).to_be_in_viewport()
    page.reload()
    line.cut(1, 2, 3, 4)
    add(page, large_zip)
    expect(page.locator("[data-stage]")).to_have_text(LOST)
    page.reload()
    expect(page.get_by_role("button", name="Forget it")).to_be_in_viewport()


def test_a_file_that_vanished_is_named_and_the_others_can_go_on(tile_set, tmp_path):
    page = tile_set
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / name).write_bytes(tile(random.Random(8)))
    choose(page, tmp_path / "a.jpg", tmp_path / "b.jpg")
    (tmp_path / "a.jpg").unlink()
    page.get_by_role("button", name="Add them").click()
    expect(page.get_by_text("This file was changed, moved or renamed since")).to_be_visible()
    expect(
        page.get_by_text("One file could not be sent; the reason stands beside it.")
    ).to_be_visible()
    expect(page.get_by_text("1 kB, here").or_(page.get_by_text("2 kB, here"))).to_be_visible()
    page.get_by_role("button", name="Add those that are here").click()
    expect(page.get_by_text("1 tile", exact=True)).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("list", name="1 tile", exact=True)).to_be_visible()


def test_without_a_script_the_plain_form_takes_files(browser, base_url, small_zip):
    context = browser.new_context(base_url=base_url, java_script_enabled=False)
    page = context.new_page()
    make_set(page)
    expect(page.get_by_text("Up to 5,000 files and 2 GB at once.")).to_be_visible()
    expect(page.get_by_role("button", name="Choose a folder")).to_have_count(0)
    add(page, small_zip)
    expect(page.get_by_text("1 tile", exact=True)).to_be_visible(timeout=PATIENCE)
    context.close()


def test_the_words_are_those_of_the_server(tile_set):
    counts = [0, 999, 1500, 999_999, 1_000_000, 1_040_000, 1_060_000, 12_345_678, 2 * 10**9, 10**11]
    seconds = [0, 7.9, 8, 41, 57, 58, 200, 3599, 5000, 90_000]
    said = tile_set.evaluate(
        """async ([counts, seconds]) => {
          const words = await import("/static/js/words.js");
          return [counts.map(words.size), seconds.map(words.timeLeft)];
        }""",
        [counts, seconds],
    )
    assert said == [[size(count) for count in counts], [time_left(each) for each in seconds]]


@pytest.mark.parametrize("width", [320, 390, 1440])
def test_the_list_is_no_wider_than_its_window(tile_set, large_zip, width):
    page = tile_set
    page.set_viewport_size({"width": width, "height": 800})
    choose(page, large_zip)
    expect(page.get_by_text("lake-house.zip")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
