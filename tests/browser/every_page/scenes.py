"""What a page becomes under somebody's hand: windows over it, pictures beside each other, and what is said when it fails."""

from playwright.sync_api import expect

VIEWER = "**/openseadragon*"
LIVE = "**/live.jpg*"
REFUSED = "Every tile at least once needs as many cells as there are tiles. Nothing was changed."


def scenes(pages):
    """Name, address, and what is done there."""
    mosaic, tune = pages["mosaics.page"], pages["tune.page"]
    yield "walked into", mosaic, walk_in
    yield "walked into, a tile and all its places", mosaic, show_places
    yield "walked into in vain", mosaic, walk_in_without_viewer
    yield "walked into by a link", pages["a shared mosaic"], walk_in
    yield "versions side by side", tune, compare
    yield "a wish that cannot be held", tune, wish_too_much
    yield "a tile that is asked for", pages["a cell"], ask_for_a_tile


def forms():
    """Pages whose form is sent empty: what is wrong stands beside its field."""
    for address in ("/tiles", "/tokens", "/sign-up", "/log-in"):
        yield f"sent empty, {address}", address, send_empty


def walk_in(page):
    page.get_by_role("button", name="Walk in").click()
    expect(page.locator("dialog[data-walk][data-ready]")).to_be_visible()


def show_places(page):
    walk_in(page)
    for key in ("ArrowRight", "Enter"):
        page.get_by_role("application").press(key)
    places = page.get_by_role("button", name="Show all its places")
    places.click()
    expect(places).to_have_attribute("aria-pressed", "true")


def walk_in_without_viewer(page):
    page.route(VIEWER, lambda route: route.abort())
    page.get_by_role("button", name="Walk in").click()
    expect(page.get_by_text("could not be opened").first).to_be_visible()
    page.unroute(VIEWER)


def compare(page):
    page.get_by_label("Lay").select_option(label="the photo")
    expect(page.get_by_role("slider", name="Where one picture ends")).to_be_visible()


def wish_too_much(page):
    page.route(LIVE, lambda route: route.fulfill(status=422, json={"sentence": REFUSED}))
    page.get_by_role("slider", name="Penalty").fill("0.3")
    expect(page.locator("[data-says].is-wrong")).to_have_text(REFUSED)
    page.unroute(LIVE)


def ask_for_a_tile(page):
    panel = page.locator(".cell-panel")
    expect(panel.locator(".cell-tile")).to_be_visible()
    panel.evaluate("panel => { panel.ariaBusy = 'true'; }")


def send_empty(page):
    with page.expect_navigation():
        page.evaluate("probe.sendEmpty()")
    expect(page.locator(".mistake").first).to_be_visible()
