"""What stories of large uploads share: a zip of several parts, a new set, and a connection that can be cut."""

import random
import re
import zipfile

from tests.browser.pictures import tile

LOST = "The connection is lost; it goes on by itself"
PART = re.compile(r"/files/\d+/parts/(\d+)\?")


def heavy_zip(path, tiles):
    """Tiles, each with a megabyte behind its end."""
    rng = random.Random(5)
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(tiles):
            archive.writestr(f"{number}.jpg", tile(rng) + rng.randbytes(1_000_000))
    return path


def make_set(page):
    """By the form; ends on the page of the new, empty set."""
    page.goto("/tiles")
    page.get_by_label("Name").fill("Lake house")
    page.get_by_role("button", name="Create it").click()
    page.wait_for_url(re.compile(r"/tiles/[0-9a-f-]{36}$"))


def choose(page, *paths):
    """In the field, as by the system's own window."""
    page.get_by_label("Pictures, or a zip of them").set_input_files(paths)


def add(page, *paths):
    """Choose files and send them."""
    choose(page, *paths)
    page.get_by_role("button", name="Add them").click()


class Line:
    """The connection for parts, which can be cut for some of them; what arrived is counted."""

    def __init__(self, page):
        self.arrived = []
        self.session = page.context.new_cdp_session(page)
        self.session.send("Network.enable")
        page.on("response", self.note)

    def cut(self, *parts, second=()):
        """For these parts of the first file, those of the second, and no others."""
        urls = [f"*/files/0/parts/{part}?*" for part in parts]
        urls += [f"*/files/1/parts/{part}?*" for part in second]
        self.session.send("Network.setBlockedURLs", {"urls": urls})

    def note(self, response):
        """A part is there."""
        if (found := PART.search(response.url)) and response.status == 204:
            self.arrived.append(int(found[1]))
