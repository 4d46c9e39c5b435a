"""Between Tessera and its S3 server: passes requests on, or answers wrongly, or not at all.

Nothing of Tessera knows of it: its processes are given this address as S3_ENDPOINT_URL.
"""

from __future__ import annotations

import http.client
import random
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import urlsplit

# Of all requests; half of the errors are told after the server has done what it was asked.
ERRORS = 0.10
HANGS = 0.002
# Longer than S3Storage waits between two bytes.
HANG_SECONDS = 22
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "expect"}
SLOW_DOWN = b"<?xml version='1.0'?><Error><Code>SlowDown</Code><Message>not now</Message></Error>"


@dataclass
class Trouble:
    """How bad it is just now, and what was done so far."""

    rng: random.Random
    on: bool = False
    away: bool = False
    errors: int = 0
    hangs: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self) -> str:
        """What becomes of a request."""
        with self.lock:
            dice = self.rng.random()
            if self.away or (self.on and dice < ERRORS):
                self.errors += 1
                return "late error" if dice < ERRORS / 2 and not self.away else "error"
            if self.on and dice < ERRORS + HANGS:
                self.hangs += 1
                return "hang"
            return "pass"


class Handler(BaseHTTPRequestHandler):
    """One connection of a client, and one to the server behind it."""

    protocol_version = "HTTP/1.1"
    server: Proxy
    line: http.client.HTTPConnection | None = None

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fate = self.server.trouble.next()
        if fate == "hang":
            time.sleep(HANG_SECONDS)
            self.close_connection = True
        elif fate == "error":
            self.refuse()
        else:
            self.pass_on(body, late_error=fate == "late error")

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = answer  # noqa: N815 - http.server calls them so

    def pass_on(self, body: bytes, *, late_error: bool) -> None:
        # The Host header stays: the signature is over it.
        headers = {n: v for n, v in self.headers.items() if n.lower() not in HOP_BY_HOP}
        if self.line is None:
            self.line = http.client.HTTPConnection(self.server.host, timeout=60)
        try:
            self.line.request(self.command, self.path, body, headers)
            answer = self.line.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            self.line.close()
            self.close_connection = True
            return
        if late_error:
            self.refuse()
            return
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in HOP_BY_HOP | {"content-length"}:
                self.send_header(name, value)
        # Of a HEAD it is the length of what is not sent.
        length = answer.getheader("Content-Length") if self.command == "HEAD" else len(content)
        self.send_header("Content-Length", str(length or 0))
        self.end_headers()
        self.wfile.write(content)

    def refuse(self) -> None:
        self.send_response_only(503)
        self.send_header("Content-Length", str(len(SLOW_DOWN)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(SLOW_DOWN)

    def finish(self) -> None:
        """The client is gone, and with it the line behind."""
        super().finish()
        if self.line is not None:
            self.line.close()

    def log_message(self, *_: object) -> None:
        """Thousands of requests are nobody's reading."""


class Proxy(ThreadingHTTPServer):
    """On a free port of loopback."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, behind: str, trouble: Trouble) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.host = urlsplit(behind).netloc
        self.trouble = trouble
        self.thread = threading.Thread(target=self.serve_forever, daemon=True)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, *_: object) -> None:
        """A client that went away, or was killed."""

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.thread.join()
        self.server_close()
