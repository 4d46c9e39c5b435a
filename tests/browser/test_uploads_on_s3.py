"""A browser that sends its files straight into a bucket, by links that the server signed."""

import os
import sys

import pytest
from playwright.sync_api import expect

from app.domain.limits import PART_BYTES
from tests.browser.conftest import Stack
from tests.browser.uploads import add, heavy_zip, make_set
from tests.swift_server.fixture import swift_server

__all__ = ["swift_server"]

PATIENCE = 120_000
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
def tile_set(browser, address):
    context = browser.new_context(base_url=address)
    page = context.new_page()
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
    complaints = []
    tile_set.on("console", lambda m: m.type == "error" and complaints.append(m.text))
    sent = send(tile_set, large_zip)
    assert len(sent) == 2
    assert all(url.startswith(f"{bucket.endpoint_url}/{bucket.bucket}/o/") for url in sent)
    assert complaints == []


def test_a_bucket_that_cannot_be_reached_is_gone_round(tile_set, large_zip, bucket, address):
    session = tile_set.context.new_cdp_session(tile_set)
    session.send("Network.enable")
    session.send("Network.setBlockedURLs", {"urls": [f"{bucket.endpoint_url}/*"]})
    sent = send(tile_set, large_zip)
    assert len([url for url in sent if url.startswith(f"{address}/uploads/")]) == 2
