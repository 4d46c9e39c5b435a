"""From a browser without an account to one account on two browsers, and back to nothing."""

import pytest
from playwright.sync_api import expect

from tests.browser.pictures import photo, tiles_zip
from tests.browser.test_stories import PATIENCE, make_tile_set

ADA = {"E-mail address": "ada@example.org", "Password": "four words in a row"}


@pytest.fixture
def another(new_context):
    """`another()` opens a browser of its own."""
    return lambda **options: new_context(**options).new_page()


def fill(page, button):
    for label, text in ADA.items():
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("main").get_by_role("button", name=button).click()


def test_one_account_on_two_browsers_till_it_is_deleted(another):
    first = another()
    make_tile_set(first, "Ada's", tiles_zip(count=60))
    first.get_by_role("link", name="Use it").click()
    picture = {"name": "lake.png", "mimeType": "image/png", "buffer": photo()}
    first.get_by_label("Choose a photo").set_input_files(picture)
    first.get_by_role("button", name="Make the mosaic").click()
    first.wait_for_url("**/mosaics/*")
    mosaic = first.url
    # While it is being made: whoever runs it notices nothing.
    first.get_by_role("link", name="Log in").click()
    first.get_by_role("link", name="Open one").click()
    fill(first, "Open the account")
    first.goto(mosaic)
    expect(first.get_by_role("link", name="Download JPEG")).to_be_visible(timeout=PATIENCE)

    # The other does without JavaScript.
    second = another(java_script_enabled=False)
    second.goto("/log-in")
    fill(second, "Log in")
    expect(second.get_by_role("img", name="Lake")).to_be_visible()
    second.get_by_role("link", name="Account").click()
    expect(second.get_by_text("60 of 1,000,000,000")).to_be_visible()
    second.get_by_role("button", name="Log out Chrome").click()
    expect(second.get_by_text("That browser is logged out.")).to_be_visible()

    assert first.goto(mosaic).status == 404
    expect(first.get_by_role("link", name="Log in")).to_be_visible()

    second.get_by_role("link", name="Delete the account").click()
    second.get_by_label("Password").fill(ADA["Password"])
    second.get_by_role("button", name="Delete everything").click()
    expect(second.get_by_role("heading", name="Everything is gone")).to_be_visible()
    assert second.goto(mosaic).status == 404
    first.goto("/log-in")
    fill(first, "Log in")
    expect(first.get_by_role("alert")).to_contain_text("do not belong together")
