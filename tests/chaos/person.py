"""A browser: cookies, forms with tokens, and the patience to send a form again where no answer came."""

from __future__ import annotations

import http.client
import re
import time
from http.cookies import SimpleCookie
from urllib.parse import urlencode
from uuid import uuid4

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
# A frozen web server answers after ten seconds.
PATIENCE = 25
TRIES = 30

Files = list[tuple[str, bytes]]


class GaveUp(Exception):
    """No answer that says yes or no, as often as the form was sent. Whether it was taken nobody knows."""


class Answer:
    """What came back."""

    def __init__(self, line: http.client.HTTPResponse) -> None:
        self.status = line.status
        self.location = line.getheader("Location") or ""
        self.cookies = line.headers.get_all("Set-Cookie") or []
        self.body = line.read()

    @property
    def accepted(self) -> bool:
        """The answers on which a person relies."""
        return self.status in {201, 202, 303}


class Person:
    """One owner."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self.token = ""
        self.seen: dict[int, int] = {}

    def arrive(self) -> None:
        """Look at a page with a form."""
        for _ in range(TRIES):
            answer = self.ask("GET", "/tiles")
            found = answer and TOKEN.search(answer.body.decode())
            if found:
                self.token = found[1]
                return
            time.sleep(1)
        raise GaveUp

    def send(self, path: str, fields: dict[str, str], files: Files = (), field: str = "") -> Answer:  # type: ignore[assignment]
        """Send a form until there is an answer. The same form key each time, as by a browser that tries again."""
        return self.insist(path, *self._form(fields, files, field))

    def insist(self, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        """Ask again and again, until there is a yes or a no."""
        for attempt in range(TRIES):
            answer = self.ask("POST", path, body, headers)
            if answer is not None and answer.status < 500 and answer.status != 429:
                return answer
            time.sleep(min(3.0, 0.3 * (attempt + 1)))
        raise GaveUp

    def send_once(
        self,
        path: str,
        fields: dict[str, str],
        files: Files = (),
        field: str = "",  # type: ignore[assignment]
    ) -> Answer | None:
        """Send a form."""
        return self.ask("POST", path, *self._form(fields, files, field))

    def _form(
        self, fields: dict[str, str], files: Files, field: str
    ) -> tuple[bytes, dict[str, str]]:
        """With its token."""
        fields = {"csrf_token": self.token, **fields}
        body, kind = _multipart(fields, field, files) if files else _plain(fields)
        return body, {"Content-Type": kind}

    def ask(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> Answer | None:
        """One request; None where the line broke or nobody answered."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {"Cookie": cookie, "Referer": f"http://127.0.0.1:{self.port}/", **(headers or {})}
        try:
            line.request(method, path, body, sent)
            answer = Answer(line.getresponse())
        except (OSError, http.client.HTTPException):
            self.seen[0] = self.seen.get(0, 0) + 1
            return None
        finally:
            line.close()
        self.seen[answer.status] = self.seen.get(answer.status, 0) + 1
        for each in answer.cookies:
            for name, morsel in SimpleCookie(each).items():
                self.cookies[name] = morsel.value
        return answer


def _plain(fields: dict[str, str]) -> tuple[bytes, str]:
    return urlencode(fields).encode(), "application/x-www-form-urlencoded"


def _multipart(fields: dict[str, str], field: str, files: Files) -> tuple[bytes, str]:
    edge = uuid4().hex
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    for name, content in files:
        head = (
            f'--{edge}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n\r\n'
        )
        parts.append(head.encode() + content + b"\r\n")
    parts.append(f"--{edge}--\r\n".encode())
    return b"".join(parts), f"multipart/form-data; boundary={edge}"
