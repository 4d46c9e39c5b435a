"""The slider under a hand, in a real browser on the local stack: how long from a move to the picture that answers it.

The stack is that of `tessera up` (pages, workers, database, broker), with a set of 190,000 distinct tiles. A first mosaic
fills caches and compiles what is not compiled yet; the second one is measured. Then the mouse drags the slider's handle from
end to end and back, a step every tenth of a second whether or not there is an answer. A move counts as answered once a picture
that was asked for at that move or at a later one has been painted. The last line is JSON.
"""

from __future__ import annotations

import io
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page

from app import db
from benchmarks.library import photo
from benchmarks.wall import SCREEN, browser, fill
from cli.stack.environment import environment
from cli.stack.ports import free_port
from cli.stack.postgres import Postgres
from cli.stack.programs import WORKERS, Web, Worker
from cli.stack.valkey import Valkey

TILES = 190_000
MOVES = 100
# A hand that drags is seen to step about ten times a second.
STEP_SECONDS = 0.1
PATIENCE_MS = 300_000
PREVIEW, DONE = ".frame-preview img, .compare-mosaic", "text=Download JPEG"
# Moves with the number of their question, and when a picture with which number was painted.
WATCH = """() => {
  const form = document.querySelector("[data-tune]");
  window.moves = [];
  window.painted = [];
  form.addEventListener("input", () => moves.push([Number(form.dataset.asked), performance.now()]));
  form.addEventListener("tuned", ({ detail }) => requestAnimationFrame(() => requestAnimationFrame(() => {
    painted.push([detail.number, performance.now()]);
  })));
}"""
SHARP = """() => new Promise((go) => document.querySelector("[data-tune]").addEventListener(
  "tuned", ({ detail }) => detail.sharp && go()))"""
SETTLED = "() => painted.length && painted.at(-1)[0] >= moves.at(-1)[0]"


def measure(tiles: int = TILES) -> dict[str, Any]:
    """All figures by name."""
    with ExitStack() as stack:
        address = stack.enter_context(local_stack(tiles))
        context = stack.enter_context(browser()).new_context(viewport=SCREEN)
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        first = _make(page, address, "astronaut")
        second = _make(page, address, "chelsea")
        say(f"Mosaics made: the first {first}, the second {second}")
        found = _tune(page)
        cells = _cells(page)
    upload = {f"upload_to_{name}_seconds": round(s, 2) for name, s in second.items()}
    return {**found, **upload, "tiles": tiles, "cells": cells}


@contextmanager
def local_stack(tiles: int) -> Iterator[str]:
    """Everything up, with a large set that everybody may use: the address of the first page."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tessera-live-")))
        folder.chmod(0o755)
        postgres = stack.enter_context(Postgres(folder))
        valkey = stack.enter_context(Valkey(folder))
        environ = environment(folder, os.environ, database_url=postgres.url, redis_url=valkey.url)
        db.migrate(postgres.url)
        say(f"Making a set of {tiles:,} tiles")
        fill(environ, folder, tiles)
        web = stack.enter_context(Web(free_port(), folder / "log", environ))
        for name in WORKERS:
            stack.enter_context(Worker(name, folder / "log", environ))
        yield web.address


def _make(page: Page, address: str, name: str) -> dict[str, float]:
    """Seconds from choosing a photo to the preview, and to the finished mosaic."""
    body = io.BytesIO()
    Image.fromarray(photo(name)).save(body, "JPEG", quality=92)
    page.goto(address)
    start = time.perf_counter()
    file = {"name": f"{name}.jpg", "mimeType": "image/jpeg", "buffer": body.getvalue()}
    page.get_by_label("Choose a photo").set_input_files(file)
    page.locator("[data-go]").click()
    page.wait_for_selector(PREVIEW)
    preview = time.perf_counter() - start
    page.wait_for_selector(DONE)
    return {"preview": preview, "mosaic": time.perf_counter() - start}


def _tune(page: Page) -> dict[str, Any]:
    start = time.perf_counter()
    page.get_by_role("link", name="Tune it live").click()
    page.wait_for_url("**/tune")
    page.evaluate(SHARP)
    ready = time.perf_counter() - start
    page.evaluate(WATCH)
    _drag(page)
    page.wait_for_function(SETTLED)
    moves, painted = page.evaluate("[moves, painted]")
    waits = sorted(_waits(moves, painted))
    assert len(waits) == MOVES, f"{len(waits)} moves were seen"
    return {
        "slider_p50_ms": round(statistics.median(waits)),
        "slider_p95_ms": round(waits[int(0.95 * len(waits))]),
        "slider_worst_ms": round(waits[-1]),
        "pictures": len(painted),
        "tune_ready_seconds": round(ready, 2),
    }


def _drag(page: Page) -> None:
    """The handle from its place to the left end, then over half as many steps as there are moves to the right, and back."""
    track = page.locator("#penalty").bounding_box()
    assert track is not None
    handle = 24  # px; its middle stays half of it away from the ends
    middle = track["y"] + track["height"] / 2
    half = MOVES // 2

    def place(step: int) -> float:
        return track["x"] + handle / 2 + (track["width"] - handle) * step / half

    page.locator("#penalty").fill("0")
    page.wait_for_function("document.querySelector('[data-tune]').dataset.asked")
    page.mouse.move(place(0), middle)
    page.mouse.down()
    page.wait_for_function(SETTLED)
    page.evaluate("moves.length = painted.length = 0")
    for step in [*range(1, half + 1), *range(half - 1, -1, -1)]:
        start = time.perf_counter()
        page.mouse.move(place(step), middle)
        time.sleep(max(0.0, STEP_SECONDS - (time.perf_counter() - start)))
    page.mouse.up()


def _waits(moves: list[list[float]], painted: list[list[float]]) -> Iterator[float]:
    for number, moved in moves:
        yield min(at for shown, at in painted if shown >= number) - moved


def _cells(page: Page) -> int:
    box = page.locator("[data-now]")
    return (int(box.get_attribute("width") or 0) // 50) * (
        int(box.get_attribute("height") or 0) // 50
    )


def say(text: str) -> None:
    """On the way; what counts is the last line."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    print(json.dumps(measure()))
