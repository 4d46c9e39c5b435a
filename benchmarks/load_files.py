"""Two gigabytes in through a form, 500 megapixels out: how much memory the web process takes for them."""

from __future__ import annotations

import http.client
import os
import re
import sys
from collections.abc import Iterator
from urllib.parse import urlencode, urlsplit

from benchmarks.ingest.memory import Peak, children, resident_mb
from benchmarks.load_stack import LoadStack

UPLOAD_BYTES = int(os.environ.get("UPLOAD_MB", "1990")) * 1_000_000
CHUNK = bytes(1 << 20)
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
    large = services.large_tiff(browser)
    say("2 GB in")
    before = resident_mb(web)
    with Peak(lambda: [[web]]) as peak:
        status = upload(services, browser)
    uploaded = peak.mb - before
    say("500 megapixels out")
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


def upload(services: LoadStack, browser: Browser) -> int:
    """A form with one large file, as a browser without JavaScript sends it."""
    _, page = browser.get("/tiles")
    token = TOKEN.search(page)
    assert token
    browser.post("/tiles", {"csrf_token": token[1].decode(), "name": "Large"})
    tile_set = urlsplit(browser.place).path
    boundary = "tessera"
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token[1].decode()}\r\n'
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
    line.request("POST", f"{tile_set}/add", body(), headers)
    return line.getresponse().status


def download(browser: Browser, address: str) -> int:
    """To its end, following where it leads; what it weighs."""
    size = 0
    browser.line.request("GET", address, headers={"Cookie": browser.cookie})
    answer = browser.line.getresponse()
    while place := answer.headers.get("Location"):
        answer.read()
        parts = urlsplit(place)
        browser.line.request(
            "GET", f"{parts.path}?{parts.query}", headers={"Cookie": browser.cookie}
        )
        answer = browser.line.getresponse()
    assert answer.status == http.client.OK, answer.status
    while chunk := answer.read(1 << 20):
        size += len(chunk)
    return size


def say(text: str) -> None:
    """On the way; what counts is the last line."""
    print(text, file=sys.stderr, flush=True)
