"""Fifty people at once: they look at pages and tune while two mosaics are rendered, and a large file goes in and out.

`make load` starts the local stack with 20,000 tiles. Every person is a browser of its own with a cookie of its own, and thinks
one to four seconds between pages; every fifth tunes the example mosaic, a move each half second. Load goes to this machine's
loopback alone and ends after MINUTES. Then 2 GB are uploaded through the form and 500 megapixels downloaded, while the memory of
the web process is watched. The last line is JSON.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import statistics
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from benchmarks.ingest.memory import Peak, children
from benchmarks.load_files import Browser, large_files
from benchmarks.load_stack import LoadStack, load_stack, say

PEOPLE = 50
TUNERS = 10
MINUTES = float(os.environ.get("MINUTES", "2"))
# What the run has to show.
BOUNDS = {
    "pages_p95_ms": 500,
    "errors": 0,
    "upload_status": 303,
    "upload_grew_mb": 63,
    "download_grew_mb": 63,
}
# What differs from one person to the next in an address.
NAMES = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/t/)\d+|\?.*|: .*")
THINK_SECONDS = (1.0, 4.0)
MOVE_SECONDS = 0.5


@dataclass
class Seen:
    """What people saw: seconds of each kind of answer, and whatever was no answer."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    seconds: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    def add(self, kind: str, seconds: float, status: int, address: str) -> None:
        with self.lock:
            self.seconds.setdefault(kind, []).append(seconds)
            self.seconds.setdefault(NAMES.sub("…", address), []).append(seconds)
            if status >= http.client.BAD_REQUEST:
                self.errors.append(f"{status} {address}")


def main() -> None:
    """Measure and print."""
    with ExitStack() as stack:
        services = stack.enter_context(load_stack())
        say(f"{MINUTES:g} minutes of {PEOPLE} people at {services.address}")
        figures = crowd(services)
        say(json.dumps(figures))
        figures |= large_files(services)
    missed = [name for name, most in BOUNDS.items() if figures[name] > most]
    print(json.dumps(figures | {"missed": missed}))
    sys.exit(bool(missed))


def crowd(services: LoadStack) -> dict[str, Any]:
    """Fifty people for a while, while two mosaics are rendered all the time."""
    seen, over = Seen(), threading.Event()
    renders = threading.Thread(target=keep_rendering, args=(services, over))
    with Peak(lambda: [[child] for child in children(services.web.pid)]) as web:
        renders.start()
        with ThreadPoolExecutor(PEOPLE) as people:
            for number in range(PEOPLE):
                act = tune if number < TUNERS else look_around
                rng = random.Random(number)  # noqa: S311 - people, not secrets
                people.submit(act, services, rng, seen, over)
            time.sleep(60 * MINUTES)
            over.set()
        renders.join()
    pages, moves = sorted(seen.seconds.get("page", [])), sorted(seen.seconds.get("move", []))
    for error in seen.errors[:10]:
        say(error)
    for address in sorted(seen.seconds.keys() - {"page", "move"}):
        times = sorted(seen.seconds[address])
        say(f"{_ms(_p95(times)):6} ms for 95 of 100  {address} ({len(times):,})")
    return {
        "people": PEOPLE,
        "minutes": MINUTES,
        "pages": len(pages),
        "pages_p50_ms": _ms(statistics.median(pages)),
        "pages_p95_ms": _ms(_p95(pages)),
        "moves": len(moves),
        "moves_p95_ms": _ms(_p95(moves)),
        "errors": len(seen.errors),
        "renders": services.rendered(),
        "web_peak_mb": web.mb,
    }


def look_around(services: LoadStack, rng: random.Random, seen: Seen, over: threading.Event) -> None:
    """From page to page."""
    browser = Browser(services.web.port)
    places = [
        "/",
        "/mosaics",
        "/tiles",
        f"/tiles/{services.tile_set_id}",
        f"/mosaics/{services.example}",
    ]
    places += [
        f"/mosaics/{services.example}/tune",
        f"/tiles/{services.tile_set_id}/t/{rng.randrange(999)}",
    ]
    over.wait(rng.uniform(0, THINK_SECONDS[1]))
    while not over.is_set():
        _timed(seen, "page", browser, rng.choice(places))
        over.wait(rng.uniform(*THINK_SECONDS))


def tune(services: LoadStack, rng: random.Random, seen: Seen, over: threading.Event) -> None:
    """A hand that moves the slider, rests, and moves it again."""
    browser = Browser(services.web.port)
    _timed(seen, "page", browser, f"/mosaics/{services.example}/tune")
    while not over.is_set():
        for _ in range(rng.randrange(4, 10)):
            penalty = f"{rng.uniform(0, 0.5):.2f}"
            _timed(
                seen,
                "move",
                browser,
                f"/mosaics/{services.example}/live.jpg?penalty={penalty}&bare=1",
            )
            over.wait(MOVE_SECONDS)
        over.wait(rng.uniform(*THINK_SECONDS))


def _timed(seen: Seen, kind: str, browser: Browser, address: str) -> None:
    start = time.perf_counter()
    try:
        status, _ = browser.get(address)
    except (OSError, http.client.HTTPException) as error:
        browser.line.close()
        status, address = 599, f"{address}: {error!r}"
    seen.add(kind, time.perf_counter() - start, status, address)


def keep_rendering(services: LoadStack, over: threading.Event) -> None:
    """Two mosaics at a time, each followed by another; the first is the large one."""
    services.render_large()
    while not over.wait(1.0):
        for _ in range(2 - services.rendering()):
            services.render()


def _p95(ascending: list[float]) -> float:
    return ascending[int(0.95 * len(ascending))]


def _ms(seconds: float) -> float:
    return round(1000 * seconds)


if __name__ == "__main__":
    main()
