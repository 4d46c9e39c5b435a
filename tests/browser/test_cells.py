"""Tile by tile, of 190,000, in a real browser: ban, swap, pin, undo, redo, render, by hand, by keyboard and without a script."""

import random
import re

from playwright.sync_api import expect

from app.domain.acts import after
from app.domain.options import MosaicOptions
from tests.browser.tuning import TUNED, pixels

PATIENCE = 120_000


def layer(page):
    return page.get_by_role("button", name=re.compile("^The tiles of the picture"))


def panel(page):
    return page.locator("[data-panel]:not([aria-busy])")


def act(page, name):
    """Press a button of the panel, and wait for the picture of the tiles themselves."""
    panel(page).get_by_role("button", name=name).first.click()
    page.evaluate(TUNED)


def value(page, name):
    return page.locator(f"[data-tune] input[name={name}]").input_value()


def test_tune_ban_swap_undo_redo_render(tuning):
    page = tuning()
    page.evaluate(TUNED)
    plain = pixels(page)
    # By keyboard: three to the right of the middle, and up.
    layer(page).focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "ArrowUp"):
        page.keyboard.press(key)
    place = page.locator("#status").text_content()
    assert re.fullmatch(r"\d+ across, \d+ down", place)
    page.keyboard.press("Enter")
    heading = panel(page).get_by_role("heading", name=place)
    expect(heading).to_be_focused()
    cell = panel(page).locator("[data-cell]").input_value()

    banned = panel(page).get_by_role("button", name="Ban it here").get_attribute("value")
    act(page, "Ban it here")
    assert value(page, "bans") == banned.removeprefix("ban.")
    expect(panel(page).get_by_role("heading", name="Banned here 1")).to_be_visible()
    assert panel(page).get_by_role("button", name="Ban it here").get_attribute("value") != banned
    without = pixels(page)
    assert (without != plain).any()

    choices = panel(page).get_by_role("list", name="What else fits here").get_by_role("button")
    other = choices.and_(page.locator(":not([aria-current])")).first
    pinned = other.get_attribute("value")
    assert pinned.startswith(f"pin.{cell}.")
    other.click()
    page.evaluate(TUNED)
    assert value(page, "pins") == pinned.removeprefix("pin.")
    expect(panel(page).locator("[aria-current]")).to_have_attribute("value", pinned)
    swapped = pixels(page)

    for seen in (without, plain):
        page.keyboard.press("Control+z")
        page.evaluate(TUNED)
        assert (pixels(page) == seen).all()
    expect(page.get_by_role("heading", name="Banned here")).to_have_count(0)
    for seen in (without, swapped):
        page.get_by_role("button", name="Redo").click()
        page.evaluate(TUNED)
        assert (pixels(page) == seen).all()
    expect(panel(page).get_by_role("button", name="Unpin it")).to_be_visible()

    page.get_by_role("button", name="Render this").click()
    line = page.locator("[data-renders] a").first
    expect(line).to_be_visible()
    expect(page.get_by_role("button", name="Cancel")).to_have_count(0, timeout=PATIENCE)
    line.click()
    page.wait_for_url(lambda url: not url.endswith("/tune"))
    facts = page.get_by_role("region", name="Facts")
    expect(facts.get_by_text("Pinned cells")).to_be_visible()
    expect(facts.get_by_text("Banned tiles")).to_be_visible()
    page.get_by_role("link", name="Tune it live").click()
    page.wait_for_url("**/tune")
    assert (pixels(page) == swapped).all()
    assert value(page, "pins") == pinned.removeprefix("pin.")


def test_a_ban_in_the_set_is_undone_and_redone_as_well(tuning):
    page = tuning()
    page.evaluate(TUNED)
    plain = pixels(page)
    box = layer(page).bounding_box()
    layer(page).click(position={"x": box["width"] - 1, "y": 1})
    cols = int(layer(page).get_attribute("data-cols"))
    expect(panel(page).get_by_role("heading", name=f"{cols} across, 1 down")).to_be_visible()
    tile = panel(page).get_by_role("button", name="Ban it here").get_attribute("value")[4:]
    act(page, "Ban it in “Holiday”")
    without = pixels(page)
    assert (without != plain).any()
    banned = panel(page).get_by_role("link", name="Holiday")
    expect(banned).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    page.evaluate(TUNED)
    assert (pixels(page) == plain).all()
    expect(banned).to_have_count(0)
    page.get_by_role("button", name="Redo").click()
    page.evaluate(TUNED)
    assert (pixels(page) == without).all()
    banned.click()
    page.get_by_role("button", name=f"Allow tile {int(tile) + 1:,} again").click()
    expect(page.get_by_role("heading", name="Banned tiles")).to_have_count(0)


def test_without_a_script_tiles_are_banned_and_pinned_by_forms(tuning):
    page = tuning(java_script_enabled=False)
    page.get_by_label("Across").fill("3")
    page.get_by_label("Down").fill("2")
    page.get_by_role("button", name="Show this tile").click()
    expect(page.get_by_role("heading", name="3 across, 2 down")).to_be_visible()
    page.get_by_role("button", name="Ban it here").click()
    expect(page.get_by_role("heading", name="Banned here 1")).to_be_visible()
    page.get_by_role("button", name="Pin it here").click()
    expect(page.get_by_role("button", name="Unpin it")).to_be_visible()
    page.get_by_role("button", name="Make the mosaic with these settings").click()
    page.wait_for_url(lambda url: not url.endswith("/tune"))
    expect(page.get_by_role("link", name="Download JPEG")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("Pinned cells")).to_be_visible()


def some_act(rng):
    cell = f"{rng.randrange(3)}.{rng.randrange(12)}"
    tile = rng.randrange(12)
    return rng.choice(
        [
            f"ban.{tile}",
            f"allow.{tile}",
            f"everywhere.{tile}",
            f"pin.{cell}.{tile}",
            f"unpin.{cell}",
        ]
        + ["clear"] * (rng.random() < 0.2)
    )


def test_buttons_mean_the_same_in_the_browser_as_on_the_server(page):
    rng = random.Random(7)
    acts = [some_act(rng) for _ in range(300)]
    page.goto("/livez")
    seen = page.evaluate(
        """async (acts) => {
          const { after, less } = await import("/static/js/acts.js");
          let look = { bans: "", pins: "", everywhere: "" };
          const looks = acts.map((act) => (look = after(look, act)));
          return { looks, less: less("1-4,9", "2,9-12") };
        }""",
        acts,
    )
    options = MosaicOptions()
    for name, look in zip(acts, seen["looks"], strict=True):
        options = after(options, name)
        assert MosaicOptions.parse(bans=look["bans"], pins=look["pins"]) == options
        assert look["pins"] == options.written()["pins"]
    assert seen["less"] == "1,3,4"
