"""How soon pages are there, in a real browser on the local stack, with nothing of them in its cache, and what they weigh.

The stack is that of `tessera up`, with the sample tiles and the example mosaic, as a newcomer finds it. A page counts as
there when its pictures are loaded and the largest thing on its first screen has been painted. The middle of several
visits counts; the last line is JSON.
"""

from __future__ import annotations

import json
import re
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from benchmarks.live import say
from benchmarks.wall import SCREEN, browser
from cli.stack.process import Process

VISITS = 11
PAGES = {"first_page": "/", "tile_sets_page": "/tiles", "mosaics_page": "/mosaics"}
# From asking for the page to the last of two: everything loaded, and the largest thing painted.
THERE = """() => new Promise((go) => {
  const loaded = performance.getEntriesByType("navigation")[0].loadEventEnd;
  new PerformanceObserver((list) => go(Math.max(loaded, list.getEntries().at(-1).startTime)))
    .observe({ type: "largest-contentful-paint", buffered: true });
})"""
# As it travelled: the page, its sheets and its scripts.
WEIGHT = """() => performance.getEntries()
  .filter((one) => one.entryType === "navigation" || /\\.(css|js)(\\?|$)/.test(one.name))
  .reduce((sum, one) => sum + one.encodedBodySize, 0)"""


class Stack(Process):
    """`tessera up`, ready once the sample is."""

    patience = 600

    @property
    def address(self) -> str | None:
        """Of the first page."""
        found = re.search(r"ready, sample included: (http://\S+)", self.log.read_text())
        return found[1] if found else None

    def ready(self) -> bool:
        """The sample is there."""
        return self.address is not None


def measure() -> dict[str, Any]:
    """Milliseconds and kilobytes of each page by name."""
    found: dict[str, Any] = {}
    with local_stack() as address, browser() as chromium:
        _visit(
            chromium, address
        )  # the server compiles its templates, the browser starts its processes
        for name, path in PAGES.items():
            visits = [_visit(chromium, address + path) for _ in range(VISITS)]
            milliseconds = [ms for ms, _ in visits]
            found[f"{name}_ms"] = round(statistics.median(milliseconds))
            found[f"{name}_worst_ms"] = round(max(milliseconds))
            found[f"{name}_kb"] = round(visits[0][1] / 1000, 1)
    return found


@contextmanager
def local_stack() -> Iterator[str]:
    """Everything up, sample included: the address of the first page."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tessera-pages-")))
        command = [sys.executable, "-m", "cli", "up", "--var", str(folder / "var")]
        say("Starting Tessera and making its sample")
        up = stack.enter_context(Stack("tessera up", command, folder / "up.log", grace=60))
        assert up.address
        yield up.address


def _visit(chromium: Browser, address: str) -> tuple[float, float]:
    context = chromium.new_context(viewport=SCREEN)
    page = context.new_page()
    page.goto(address)
    milliseconds: float = page.evaluate(THERE)
    weight: float = page.evaluate(WEIGHT)
    context.close()
    return milliseconds, weight


if __name__ == "__main__":
    print(json.dumps(measure()))
