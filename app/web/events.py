"""Server-Sent Events: parts of a page, each sent when it changes."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from app.domain.errors import NotFound

log = logging.getLogger(__name__)

LOOK_EVERY = 0.5
# A line now and then, so that no proxy takes a quiet stream for a dead one and we learn that the reader has left.
KEEP_ALIVE_AFTER = 15.0
# Then the browser connects again by itself; no thread is held for ever.
STREAM_SECONDS = 600.0
RETRY = b"retry: 2000\n\n"
KEEP_ALIVE = b": still here\n\n"
GONE = "<p data-stage>This was deleted.</p>"


@dataclass(frozen=True)
class Snapshot:
    """Parts of a page by the name of their event, and whether these are the last."""

    parts: Mapping[str, str]
    over: bool


class Slots:
    """A number of streams that may be open at once."""

    def __init__(self, number: int) -> None:
        self._free = threading.BoundedSemaphore(number)

    def take(self) -> bool:
        """Whether there was a free one."""
        return self._free.acquire(blocking=False)

    def give_back(self) -> None:
        """Free one that was taken."""
        self._free.release()


def news(
    snapshot: Callable[[], Snapshot],
    *,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[bytes]:
    """Look every half second; send what changed, then `end`. A lost database ends the stream, and the browser asks again."""
    yield RETRY
    sent: dict[str, str] = {}
    opened = spoke = clock()
    while clock() - opened < STREAM_SECONDS:
        try:
            seen = snapshot()
        except NotFound:
            seen = Snapshot({"progress": GONE}, over=True)
        except SQLAlchemyError as error:
            log.warning("an event stream ends early: %s", type(error).__name__)
            return
        for name, part in seen.parts.items():
            if sent.get(name) != part:
                sent[name] = part
                spoke = clock()
                yield event(name, part)
        if seen.over:
            yield event("end", "")
            return
        if clock() - spoke >= KEEP_ALIVE_AFTER:
            spoke = clock()
            yield KEEP_ALIVE
        sleep(LOOK_EVERY)


def event(name: str, data: str) -> bytes:
    r"""One event; data of several lines goes out line by line.

    >>> event("progress", "a\nb")
    b'event: progress\ndata: a\ndata: b\n\n'
    """
    lines = "".join(f"data: {line}\n" for line in data.strip().splitlines() or [""])
    return f"event: {name}\n{lines}\n".encode()
