"""A browser that sends its files straight into a bucket, and fetches mosaics out of it, by links that the server signed."""

import os
import re
import sys

import pytest
from PIL import Image
from playwright.sync_api import expect

from app.domain.limits import PART_BYTES
from tests.browser.conftest import Stack
from tests.browser.pictures import photo
from tests.browser.uploads import add, heavy_zip, make_set
from tests.swift_server.fixture import swift_server

__all__ = ["swift_server"]

PATIENCE = 120_000
PHOTO = {"name": "hill.png", "mimeType": "image/png", "buffer": photo((120, 90))}
TILES = 30


@pytest.fixture(scope="module")
def bucket(swift_server):
    return swift_server.with_bucket()


@pytest.fixture(scope="module")
def address(tmp_path_factory, bucket):
    """A Tessera of its own, whose objects lie in a bucket that browsers reach."""
    folder = tmp_path_factory.mktemp("tessera-on-s3")
    environ = {**os.environ, **bucket.environ, "S3_PUBLIC_URL": bucket.endpoint_url}
    command = [sys.executable, "-m", "cli", "up", "--var", str(folder / "var"), "--no-sample"]
    with Stack("tessera up", command, folder / "up.log", environ=environ, grace=60) as stack:
        yield stack.address
    assert stack.status == 0, stack.tail()


@pytest.fixture(scope="module")
def large_zip(tmp_path_factory):
    """Two parts."""
    path = heavy_zip(tmp_path_factory.mktemp("uploads") / "lake-house.zip", TILES)
    assert PART_BYTES < path.stat().st_size < 2 * PART_BYTES
    return path


@pytest.fixture
def tile_set(browser, address, complaints):
    context = browser.new_context(base_url=address)
    page = context.new_page()
    complaints.hear(page)
    make_set(page)
    yield page
    context.close()


def send(page, path):
    """Choose the file, add it, and wait for its tiles; returns where parts went, in order."""
    sent = []
    page.on("request", lambda request: request.method == "PUT" and sent.append(request.url))
    add(page, path)
    expect(page.get_by_text(f"{TILES} tiles", exact=True)).to_be_visible(timeout=PATIENCE)
    return sent


def test_parts_go_straight_into_the_bucket(tile_set, large_zip, bucket):
    sent = send(tile_set, large_zip)
    assert len(sent) == 2
    assert all(url.startswith(f"{bucket.endpoint_url}/{bucket.bucket}/o/") for url in sent)


def test_a_mosaic_comes_straight_out_of_the_bucket_under_its_name(tile_set, large_zip, bucket):
    page = tile_set
    send(page, large_zip)
    page.goto(f"/?tiles={page.url.rsplit('/', 1)[1]}")
    page.get_by_label("Choose a photo").set_input_files(PHOTO)
    page.get_by_role("button", name="Make the mosaic").click()
    page.wait_for_url("**/mosaics/*")
    link = page.get_by_role("link", name="Download JPEG")
    expect(link).to_be_visible(timeout=PATIENCE)
    with page.expect_download() as coming:
        link.click()
    assert coming.value.url.startswith(f"{bucket.endpoint_url}/{bucket.bucket}/o/")
    assert re.fullmatch(r"Hill-mosaic-Lake-house-.+\.jpg", coming.value.suggested_filename)
    with Image.open(coming.value.path()) as mosaic:
        assert mosaic.format == "JPEG"


def test_a_bucket_that_cannot_be_reached_is_gone_round(tile_set, large_zip, bucket, address):
    session = tile_set.context.new_cdp_session(tile_set)
    session.send("Network.enable")
    session.send("Network.setBlockedURLs", {"urls": [f"{bucket.endpoint_url}/*"]})
    sent = send(tile_set, large_zip)
    assert len([url for url in sent if url.startswith(f"{address}/uploads/")]) == 2
