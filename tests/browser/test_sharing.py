"""A script with a token fills a set and makes a mosaic on the whole stack; a browser shares it, a visitor looks, the link ends."""

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.pictures import likeness, photo, tiles_zip

PATIENCE = 120_000
PHOTO = photo()
# Of the picture at its whole size, where a tile is 50 px wide.
SQUARE = re.compile(r"/s/[\w-]{43}/zoom/0/\d+_\d+\.jpg$")


@pytest.fixture(scope="module")
def context(browser, base_url):
    context = browser.new_context(base_url=base_url)
    yield context
    context.close()


@pytest.fixture(scope="module")
def token(context):
    """Made on the page, as a person would."""
    page = context.new_page()
    page.goto("/")
    page.get_by_role("link", name="For scripts").click()
    page.get_by_label("Name").fill("Laptop")
    page.get_by_label(re.compile("fill, change and delete tile sets")).check()
    page.get_by_role("button", name="Make the token").click()
    secret = page.locator(".token-secret").inner_text()
    page.reload()  # as a form that is sent again
    page.goto("/tokens")
    expect(page.get_by_text(secret)).to_have_count(0)
    page.close()
    return secret


@pytest.fixture(scope="module")
def remote(base_url, token):
    """`remote("make", ...)` starts `tessera remote make ...`."""

    def start(*words):
        command = [sys.executable, "-m", "cli", "remote", *map(str, words), "--server", base_url]
        environ = os.environ | {"TESSERA_TOKEN": token}
        pipe = subprocess.PIPE
        # Whoever runs the tests in the background has Ctrl-C ignored, and children inherit that.
        hearing = ["env", "--default-signal=INT", *command]
        return subprocess.Popen(hearing, stdout=pipe, stderr=pipe, text=True, env=environ)

    return start


@pytest.fixture(scope="module")
def by_script(remote, tmp_path_factory):
    """A tile set and a mosaic, made by the script alone."""
    folder = tmp_path_factory.mktemp("remote")
    (folder / "holiday.zip").write_bytes(tiles_zip())
    (folder / "hills_at noon.png").write_bytes(PHOTO)
    said, wrong = (
        adding := remote("tiles", "add", "Remote", folder / "holiday.zip", "--new")
    ).communicate()
    assert adding.returncode == 0, wrong
    assert re.search(r"“Remote”: [\d,]+ tiles taken, \d+ there already, 0 refused", said)
    output = folder / "out.jpg"
    words = ("make", folder / "hills_at noon.png", "--set", "Remote", "-o", output)
    said, wrong = (making := remote(*words, "--penalty", "0.07")).communicate()
    assert making.returncode == 0, wrong
    assert re.search(
        r"out\.jpg: [\d.]+ MB, 51 x 38 tiles, [\d,]+ different, likeness 0\.\d+\.", said
    )
    return output


def ask(base_url, token, path):
    request = urllib.request.Request(
        f"{base_url}/api/v1{path}", headers={"Authorization": f"Bearer {token}"}
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def test_a_script_makes_a_mosaic(by_script, base_url, token):
    with Image.open(by_script) as mosaic:
        assert (mosaic.format, mosaic.size) == ("JPEG", (2550, 1900))
    assert likeness(by_script.read_bytes(), PHOTO, (51, 38)) > 0.8
    [mosaic] = ask(base_url, token, "/mosaics")["items"]
    assert (mosaic["options"]["penalty"], mosaic["tile_set_name"]) == (0.07, "Remote")
    assert not list(by_script.parent.glob("*.part"))


def test_ctrl_c_cancels_what_is_being_made(by_script, remote, base_url, token, tmp_path):
    (tmp_path / "square.png").write_bytes(photo((300, 300)))
    # 57,600 cells are a picture of 144 megapixels: there is time to change one's mind.
    words = ("make", tmp_path / "square.png", "--set", "Remote", "-o", tmp_path / "out.jpg")
    running = remote(*words, "--cells-across", "240", "--matcher", "exhaustive")
    until = time.monotonic() + PATIENCE / 1000
    # Not the photo's own job, which comes first: nothing is being made by then.
    while "make_mosaic" not in {job["kind"] for job in ask(base_url, token, "/jobs")["items"]}:
        assert running.poll() is None
        assert time.monotonic() < until
        time.sleep(0.1)
    running.send_signal(signal.SIGINT)
    _, wrong = running.communicate()
    assert running.returncode == 130
    assert "Stopped; what was being made there is cancelled." in wrong
    newest = ask(base_url, token, "/mosaics")["items"][0]
    assert newest["job"]["state"] == "cancelled"
    assert not (tmp_path / "out.jpg").exists()


def test_shared_seen_by_a_visitor_and_revoked(made, browser, base_url):
    state, address = made
    context = browser.new_context(storage_state=state)
    page = context.new_page()
    page.goto(address)
    page.get_by_label("Title, if it shall have one").fill("Hills")
    page.get_by_role("button", name="Make a link").click()
    link = page.get_by_label("Link “Hills”").input_value()
    assert re.fullmatch(re.escape(base_url) + r"/s/[\w-]{43}", link)

    visitors = browser.new_context()
    visitor = visitors.new_page()
    failed = []
    visitor.on("response", lambda answer: answer.status >= 400 and failed.append(answer.url))
    visitor.goto(link)
    expect(visitor.get_by_role("heading", name="Hills")).to_be_visible()
    picture = visitor.get_by_role("img", name=re.compile("Hills"))
    assert picture.evaluate("it => it.decode().then(() => it.naturalWidth)") > 1000
    told = {
        name: visitor.locator(f'meta[property="og:{name}"]').get_attribute("content")
        for name in ("image", "image:width", "image:height")
    }
    with Image.open(io.BytesIO(visitors.request.get(told["image"]).body())) as preview:
        assert preview.size == (int(told["image:width"]), int(told["image:height"]))
    with visitor.expect_response(SQUARE) as first:
        visitor.get_by_role("button", name="Walk in").click()
        expect(visitor.locator("dialog[data-walk][data-ready]")).to_be_visible()
        for _ in range(8):
            visitor.get_by_role("application").press("+")
    square = first.value
    assert (square.status, square.headers["content-type"]) == (200, "image/jpeg")
    with Image.open(io.BytesIO(square.body())) as part:
        assert max(part.size) == 512
    expect(visitor.get_by_label("One tile")).to_have_count(0)
    visitor.get_by_role("button", name="Leave the mosaic").click()
    expect(visitor.get_by_role("application")).to_be_hidden()
    assert visitors.cookies() == []
    assert failed == []

    page.get_by_role("button", name="Revoke “Hills”").click()
    expect(page.get_by_label("Link “Hills”")).to_have_count(0)
    assert visitors.request.get(square.url).status == 404
    visitor.reload()
    expect(visitor.get_by_role("heading", name="Nothing here")).to_be_visible()
    visitors.close()
    context.close()
