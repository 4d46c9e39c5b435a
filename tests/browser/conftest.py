"""A whole Tessera, started the way a person starts it, and a browser in front."""

import os
import re
import shutil
import sys

import pytest
from playwright.sync_api import expect

from cli.stack.process import Process
from tests.browser.complaints import Complaints
from tests.browser.large_set import ACROSS, DOWN, TILES, large_zip, photo_with_film, vivid_film

PATIENCE = 120_000
# What a page shows by itself is there at once, but for a machine that does much else.
expect.set_options(timeout=30_000)
# Two cores read 190,000 tiles in less than a minute; busy ones take longer.
PATIENCE_WITH_ALL = 600_000
ADDRESS = re.compile(r"Tessera is ready: (http://\S+)")


class Stack(Process):
    """`tessera up`; its log holds what a person would see."""

    patience = 120

    @property
    def address(self):
        found = ADDRESS.search(self.log.read_text())
        return found and found[1]

    def ready(self):
        return self.address is not None


@pytest.fixture(scope="session")
def tessera(tmp_path_factory):
    """The whole of it in a folder of its own, and an orderly end."""
    folder = tmp_path_factory.mktemp("tessera")
    command = [sys.executable, "-m", "cli", "up", "--var", str(folder / "var"), "--no-sample"]
    with Stack("tessera up", command, folder / "up.log", grace=60) as stack:
        yield stack
    assert stack.status == 0, stack.tail()


@pytest.fixture(scope="session")
def base_url(tessera):
    """`page.goto("/")` opens this."""
    return tessera.address


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """The system's browser where there is one, else Playwright's own; quiet towards the network."""
    arguments = [
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
    ]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")  # Chromium refuses root otherwise
    system = shutil.which("chromium") or shutil.which("google-chrome")
    found = {"executable_path": system} if system else {}
    return {**browser_type_launch_args, **found, "args": arguments}


@pytest.fixture(scope="session")
def made(browser, base_url, tmp_path_factory):
    """Cookies of somebody with 190,000 tiles and a film, who made a mosaic of them, and its address."""
    folder = tmp_path_factory.mktemp("large")
    files = [large_zip(folder / "holiday.zip"), vivid_film(folder / "Lake 1988.mp4")]
    context = browser.new_context(base_url=base_url)
    page = context.new_page()
    page.goto("/tiles")
    page.get_by_label("Name").fill("Holiday")
    page.get_by_role("button", name="Create it").click()
    page.get_by_label("Pictures, or a zip of them").set_input_files(files)
    page.get_by_role("button", name="Add them").click()
    use_it = page.get_by_role("link", name="Use it")
    expect(use_it).to_be_visible(timeout=PATIENCE_WITH_ALL)
    count = page.get_by_text(re.compile(r"^[\d,]+ tiles$")).inner_text()
    assert int(count.removesuffix(" tiles").replace(",", "")) >= TILES
    use_it.click()
    page.get_by_label("Choose a photo").set_input_files(
        {"name": "hills_at noon.png", "mimeType": "image/png", "buffer": photo_with_film()}
    )
    page.get_by_text("More", exact=True).click()
    page.get_by_label("Cells across").fill(str(ACROSS))
    page.get_by_role("button", name=f"Make the mosaic, {ACROSS} x {DOWN} tiles").click()
    page.wait_for_url("**/mosaics/*")
    expect(page.get_by_role("link", name="Download JPEG")).to_be_visible(timeout=PATIENCE_WITH_ALL)
    state = context.storage_state()
    address = page.url
    context.close()
    return state, address


@pytest.fixture
def complaints():
    """`complaints.hear(page)`: whatever it complains of fails the test."""
    heard = Complaints()
    yield heard
    assert heard.said == []


@pytest.fixture
def tuning(made, complaints, new_context):
    """`tuning()` opens the page by its link; every complaint of the browser fails the test."""
    state, address = made

    def open_page(**options):
        context = new_context(storage_state=state, **options)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        complaints.hear(page)
        page.goto(address)
        page.get_by_role("link", name="Tune it live").click()
        page.wait_for_url("**/tune")
        return page

    return open_page
