"""Requests to a Tessera's API, with the standard library: files go and come in streams, broken lines are tried again."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import IO, Any
from urllib.parse import urlencode, urlsplit

from cli.remote.errors import NotReached, Refused, RemoteError

API = "/api/v1"
# A proxy may hold a request for a minute; after that nobody answers any more.
TIMEOUT_SECONDS = 60
# A server that is started again is back within that.
TRIES, WAIT_SECONDS = 5, 1.0
CHUNK = 1 << 20
# A body that broke off, too many requests, and whatever passes by itself.
LATER = {408, 429, 502, 503, 504}

Sent = bytes | IO[bytes] | None


@dataclass(frozen=True)
class Client:
    """Somebody's token at a server. Requests raise RemoteError."""

    server: str
    token: str
    sleep: Callable[[float], None] = field(default=time.sleep)

    def get(self, path: str, **query: object) -> Any:
        """JSON."""
        return self.ask("GET", path, query=query)

    def post(self, path: str, body: Mapping[str, Any] | None = None, *, key: str = "") -> Any:
        """Send JSON. With a key it is sent again where the line breaks, for it is done once."""
        data = None if body is None else json.dumps(body).encode()
        return self.ask("POST", path, data, kind="application/json", key=key)

    def put_bytes(self, path: str, body: bytes) -> None:
        """Send bytes to where they belong; to send them again does no harm."""
        headers = {"Content-Type": "application/octet-stream"}
        with self.open("PUT", path, body, headers=headers) as answer:
            answer.read()

    def ask(
        self,
        method: str,
        path: str,
        body: Sent = None,
        *,
        kind: str = "",
        key: str = "",
        query: Mapping[str, object] | None = None,
    ) -> Any:
        """Send, and read the JSON that comes; None where nothing comes."""
        headers = {"Content-Type": kind} if body is not None else {}
        if key:
            headers["Idempotency-Key"] = key
        again = method == "GET" or bool(key)
        with self.open(method, path, body, headers=headers, query=query, again=again) as answer:
            text = answer.read()
        try:
            return json.loads(text) if text else None
        except ValueError as error:
            raise RemoteError(f"{self.server} is no Tessera, or an older one.") from error

    @contextmanager
    def open(
        self,
        method: str,
        path: str,
        body: Sent = None,
        *,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, object] | None = None,
        again: bool = True,
    ) -> Iterator[HTTPResponse]:
        """The answer, to be read; tried a few times where that does no harm."""
        address = API + path + (f"?{urlencode(query)}" if query else "")
        connection = self._connection()
        try:
            yield self._answer(connection, method, address, body, headers or {}, again=again)
        finally:
            connection.close()

    def _answer(
        self,
        connection: HTTPConnection,
        method: str,
        address: str,
        body: Sent,
        headers: Mapping[str, str],
        *,
        again: bool,
    ) -> HTTPResponse:
        for tried in range(1, TRIES + 1):
            last = tried == TRIES or not again
            try:
                answer = self._send(connection, method, address, body, headers)
            except NotReached:
                if last:
                    raise
            else:
                if answer.status < 400:
                    return answer
                if last or answer.status not in LATER:
                    raise _refused(answer, self.server)
            connection.close()
            self.sleep(WAIT_SECONDS * 2 ** (tried - 1))
        raise AssertionError("the last try returns or raises")

    def _send(
        self,
        connection: HTTPConnection,
        method: str,
        address: str,
        body: Sent,
        headers: Mapping[str, str],
    ) -> HTTPResponse:
        if body is not None and not isinstance(body, bytes):
            headers = {**headers, "Content-Length": str(body.seek(0, 2))}
            body.seek(0)
        ours = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        try:
            connection.request(method, address, body, {**ours, **headers})
            return connection.getresponse()
        except (OSError, HTTPException) as error:
            raise NotReached(
                f"{self.server} does not answer ({error}). Is the address right, and is it running?"
            ) from error

    def _connection(self) -> HTTPConnection:
        parts = urlsplit(self.server)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise RemoteError(
                f"“{self.server}” is no address of a server. Write it as https://tessera.example.org"
            )
        return kind(parts.hostname, parts.port, timeout=TIMEOUT_SECONDS, blocksize=CHUNK)


def _refused(answer: HTTPResponse, server: str) -> RemoteError:
    """The server's own sentence, where it is ours."""
    try:
        return Refused(answer.status, str(json.loads(answer.read())["detail"]))
    except (ValueError, KeyError, TypeError, OSError, HTTPException):
        return RemoteError(f"{server} answered {answer.status} {answer.reason}. Is it a Tessera?")
