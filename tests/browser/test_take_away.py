"""Taking a mosaic away in a real browser: a print on two sheets and a film, made while the page waits."""

import io
import os
import re
from pathlib import Path

import av
import pikepdf
import pytest
from playwright.sync_api import expect

# A film of the mosaic is much to draw for a machine that does much else.
PATIENCE = 300_000
# A5 upright in points, and the film: seven seconds, within a frame or two.
A5 = (419.5, 595.3)
FILM_SECONDS = (6.5, 7.5)


@pytest.fixture
def opened(made, complaints, new_context):
    """The page of a mosaic; whatever it complains of (errors, policy, requests) fails the test."""
    state, address = made
    page = new_context(storage_state=state).new_page()
    complaints.hear(page, answers=True)
    page.goto(address)
    return page


def looked_at(page, name):
    """A screenshot, for whoever names a folder for them."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def saved(page, link):
    """Name and bytes of a file, and that a download of it that broke would go on."""
    with page.expect_download() as coming:
        link.click()
    body = Path(coming.value.path()).read_bytes()
    rest = page.request.get(link.get_attribute("href"), headers={"Range": "bytes=10-"})
    assert (rest.status, rest.body()) == (206, body[10:])
    assert rest.headers["content-range"] == f"bytes 10-{len(body) - 1}/{len(body)}"
    return coming.value.suggested_filename, body


def test_a_print_and_a_film_are_made_while_the_page_waits(opened):
    page = opened
    page.get_by_role("link", name="Print, film, other formats").click()
    page.get_by_label("Paper", exact=True).select_option("A5")
    page.get_by_label("Sheets across").fill("1")
    page.get_by_label("Sheets down").fill("2")
    expect(page.locator("[data-print-words]")).to_contain_text("2 sheets of A5")
    page.get_by_label("Orientation").select_option("Portrait")
    expect(page.locator("[data-print-words]")).to_contain_text("2 sheets of A5 portrait")
    page.get_by_label("Bleed").press("Enter")
    expect(page.locator("[data-print-words]")).to_contain_text("2 sheets of A5 portrait")
    expect(page.get_by_role("heading", name="Print PDF")).to_have_count(0)
    page.get_by_role("button", name="Make the PDF").click()
    expect(page.get_by_role("heading", name="Print PDF")).to_be_visible()
    page.get_by_role("button", name="Make the film").click()
    expect(page.get_by_role("heading", name="Film", exact=True)).to_be_visible()
    looked_at(page, "take-away-waits")

    loaded = []
    page.on("framenavigated", lambda frame: loaded.append(frame.url))
    film_link = page.get_by_role("link", name=re.compile("^Download Film, "))
    print_link = page.get_by_role("link", name=re.compile("^Download Print PDF, "))
    expect(print_link).to_be_visible(timeout=PATIENCE)
    expect(film_link).to_be_visible(timeout=PATIENCE)
    assert loaded == []
    looked_at(page, "take-away-done")

    name, body = saved(page, print_link)
    assert re.fullmatch(r"Hills.*-mosaic-Holiday-penalty-[\d.]+-61x41-print-A5\.pdf", name)
    with pikepdf.open(io.BytesIO(body)) as pdf:
        sheets = [[float(side) for side in sheet.mediabox] for sheet in pdf.pages]
    assert sheets == [pytest.approx([0, 0, *A5], abs=0.1)] * 2

    name, body = saved(page, film_link)
    assert re.fullmatch(r"Hills.*-film\.mp4", name)
    with av.open(io.BytesIO(body)) as film:
        assert FILM_SECONDS[0] < film.duration / av.time_base < FILM_SECONDS[1]
        frames = sum(1 for _ in film.decode(video=0))
    assert frames > 100

    for done in ("Print PDF", "Film"):
        item = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=done))
        item.get_by_role("button", name="Delete").click()
        expect(item).to_have_count(0)
