"""Two gigabytes in through a form, 500 megapixels out: how much memory the web process takes for them."""

from __future__ import annotations

import http.client
import os
import re
import time
from collections.abc import Iterator
from urllib.parse import urlencode, urlsplit

from benchmarks.ingest.memory import Peak, children, resident_mb
from benchmarks.load_stack import PATIENCE_SECONDS, LoadStack, say

UPLOAD_BYTES = int(os.environ.get("UPLOAD_MB", "1990")) * 1_000_000
CHUNK = bytes(1 << 20)
FILE = re.compile(rb"/takeaways/[0-9a-f-]+/file")
TOKEN = re.compile(rb'name="csrf_token" value="([^"]+)"')


class Browser:
    """Keeps one connection and its cookies."""

    def __init__(self, port: int) -> None:
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookie = ""

    def get(self, address: str) -> tuple[int, bytes]:
        """As a browser does it: a connection that was closed while nobody used it is opened again, once."""
        for _ in range(2):
            try:
                self.line.request("GET", address, headers={"Cookie": self.cookie})
                return self._answer()
            except (http.client.RemoteDisconnected, ConnectionError):
                self.line.close()
        return http.client.BAD_GATEWAY, b""

    def post(self, address: str, fields: dict[str, str]) -> tuple[int, bytes]:
        kind = "application/x-www-form-urlencoded"
        self.line.close()
        self.line.request(
            "POST", address, urlencode(fields), {"Cookie": self.cookie, "Content-Type": kind}
        )
        return self._answer()

    def _answer(self) -> tuple[int, bytes]:
        answer = self.line.getresponse()
        if fresh := answer.headers.get("Set-Cookie"):
            self.cookie = fresh.split(";")[0]
        self.place = answer.headers.get("Location", "")
        return answer.status, answer.read()


def large_files(services: LoadStack) -> dict[str, float]:
    """How much more memory the web process takes while 2 GB go in, and while 500 megapixels go out."""
    [web] = children(services.web.pid)
    browser = Browser(services.web.port)
    say("Waiting for the large mosaic")
    mosaic_id = services.large()
    say(f"Having a TIFF of {services.large_megapixels:g} megapixels made of it")
    large = tiff(browser, f"/mosaics/{mosaic_id}/take-away")
    say(f"{UPLOAD_BYTES / 1e9:g} GB in")
    before = resident_mb(web)
    with Peak(lambda: [[web]]) as peak:
        status = upload(services, browser)
    uploaded = peak.mb - before
    say(f"{services.large_megapixels:g} megapixels out")
    before = resident_mb(web)
    with Peak(lambda: [[web]]) as peak:
        size = download(browser, large)
    return {
        "upload_bytes": UPLOAD_BYTES,
        "upload_status": status,
        "upload_grew_mb": uploaded,
        "download_megapixels": services.large_megapixels,
        "download_bytes": size,
        "download_grew_mb": peak.mb - before,
    }


def tiff(browser: Browser, page: str) -> str:
    """Ask for it as anybody does, and wait; the address of the file."""
    token = _token(browser, page)
    browser.post(page, {"csrf_token": token, "kind": "tiff", "cell_px": "128"})
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        if found := FILE.search(browser.get(page)[1]):
            return found[0].decode()
        time.sleep(1)
    raise TimeoutError("the large TIFF was not made in time")


def _token(browser: Browser, page: str) -> str:
    found = TOKEN.search(browser.get(page)[1])
    assert found, f"{page} has no form"
    return found[1].decode()


def upload(services: LoadStack, browser: Browser) -> int:
    """A form with one large file, as a browser without JavaScript sends it."""
    token = _token(browser, "/tiles")
    browser.post("/tiles", {"csrf_token": token, "name": "Large"})
    tile_set = urlsplit(browser.place).path
    boundary = "tessera"
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="large.zip"\r\n\r\n'
    ).encode()
    tail = f"\r\n--{boundary}--\r\n".encode()

    def body() -> Iterator[bytes]:
        yield head
        for start in range(0, UPLOAD_BYTES, len(CHUNK)):
            yield CHUNK[: UPLOAD_BYTES - start]
        yield tail

    line = http.client.HTTPConnection("127.0.0.1", services.web.port, timeout=600)
    headers = {
        "Cookie": browser.cookie,
        "Content-Type": f"multipart/form-data; boundary={boundary}",
        "Content-Length": str(len(head) + UPLOAD_BYTES + len(tail)),
    }
    line.request("POST", tile_set, body(), headers)
    return line.getresponse().status


def download(browser: Browser, address: str) -> int:
    """To its end, following where it leads; what it weighs."""
    answer = _ask(browser, address)
    while place := answer.headers.get("Location"):
        parts = urlsplit(place)
        answer = _ask(browser, f"{parts.path}?{parts.query}")
    assert answer.status == http.client.OK, answer.status
    size = 0
    while chunk := answer.read(1 << 20):
        size += len(chunk)
    return size


def _ask(browser: Browser, address: str) -> http.client.HTTPResponse:
    """On a connection of its own: the last one may have been closed while a large file went by."""
    browser.line.close()
    browser.line.request("GET", address, headers={"Cookie": browser.cookie})
    return browser.line.getresponse()
