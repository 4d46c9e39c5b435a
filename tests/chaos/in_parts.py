"""A large file, as the script of a set's page sends it: asked what is missing, part by part, until nothing is."""

from __future__ import annotations

import json
import time
from uuid import UUID

from tests.chaos.person import TRIES, Answer, GaveUp, Person

JSON = "application/json"


def send_in_parts(person: Person, set_id: UUID, name: str, body: bytes) -> None:
    """Until the set has taken it. What is there is not sent again. Raises GaveUp."""
    upload = json.loads(_ask(person, f"/tiles/{set_id}/upload").body)["url"]
    _ask(person, f"{upload}/files", [[name, len(body), 1]])
    for _ in range(TRIES):
        if not (missing := _missing(person, upload)):
            done = _ask(person, f"{upload}/done")
            assert done.accepted, done.body
            return
        _send(person, missing, body)
    raise GaveUp


def _missing(person: Person, upload: str) -> list[dict[str, object]]:
    """The parts that are not there yet. Where all are, the file is put together: told so again, it says yes again."""
    left: list[dict[str, object]] = json.loads(_ask(person, f"{upload}/files/0").body)["parts"]
    if not left:
        answer = _ask(person, f"{upload}/files/0/complete")
        assert answer.status == 204, answer.body
    return left


def _send(person: Person, missing: list[dict[str, object]], body: bytes) -> None:
    """Each once: what gets lost is found missing."""
    for part in missing:
        start, length = int(str(part["start"])), int(str(part["length"]))
        headers = _headers(person, "application/octet-stream")
        answer = person.ask("PUT", str(part["url"]), body[start : start + length], headers)
        if answer is None or answer.status >= 500:
            time.sleep(1)
        else:
            assert answer.status == 204, answer.body


def _ask(person: Person, path: str, told: object = None) -> Answer:
    return person.insist(path, json.dumps(told or {}).encode(), _headers(person, JSON))


def _headers(person: Person, kind: str) -> dict[str, str]:
    return {"X-CSRFToken": person.token, "Accept": JSON, "Content-Type": kind}
