"""The wall of a large set in a real browser: how soon the first screen is there, and what scrolling asks for."""

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from playwright.sync_api import Browser, Page, sync_playwright

from app import db
from app.settings import Settings
from app.storage import storage_from
from benchmarks.wall_set import make_set, survey
from cli.stack.environment import environment
from cli.stack.ports import free_port
from cli.stack.postgres import Postgres
from cli.stack.programs import Web
from cli.stack.valkey import Valkey

TILES = 190_000
LOADS = 21
# A browser starts processes for a new tab for about half a second; that is its own first screen, not the wall's.
AT_REST_MS = 1000
SCREEN = {"width": 1440, "height": 900}
# Pictures that are on the screen are there, decoded and painted.
FIRST_SCREEN = """async () => {
  const seen = () => [...document.querySelectorAll('[data-wall] img')].filter((img) => {
    const box = img.closest('li').getBoundingClientRect();
    return box.top < innerHeight && box.bottom > 0;
  });
  const frame = () => new Promise((go) => requestAnimationFrame(go));
  while (!seen().length || !seen().every((img) => img.complete && img.naturalWidth)) await frame();
  await Promise.all([...new Set(seen().map((img) => img.src))].map((src) => seen().find((img) => img.src === src).decode()));
  await frame();
  await frame();
  return performance.now();
}"""
# A screen a frame is faster than any hand; a rest on each, as somebody who looks for a picture would.
SCROLL = """async ([step, rest]) => {
  const slow = [];
  let before = performance.now();
  const frame = () => new Promise((go) => requestAnimationFrame((now) => { slow.push(now - before); before = now; go(); }));
  for (let at = 0; at < document.body.scrollHeight - innerHeight; at += step) {
    scrollTo({ top: at, behavior: 'instant' });
    const until = performance.now() + rest;
    while (performance.now() < until) await frame();
  }
  slow.sort((a, b) => a - b);
  return { frames: slow.length, p99: slow[Math.floor(slow.length * 0.99)], worst: slow.at(-1) };
}"""


def measure(tiles: int = TILES) -> dict[str, Any]:
    """`wall_first_screen_ms`, requests and frames while scrolling from end to end, and the browser's memory, by name."""
    with large_set(tiles) as (address, made), browser() as chromium:
        first = [_first_screen(chromium, address) for _ in range(LOADS)]
        scrolled = _scroll(chromium, address, tiles)
    return {**made, "wall_first_screen_ms": round(statistics.median(first)), **scrolled}


@contextmanager
def large_set(tiles: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """A web server with one large set in front: the address of its page, and how long making it took."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tessera-wall-")))
        folder.chmod(0o755)
        postgres = stack.enter_context(Postgres(folder, durable=False))
        valkey = stack.enter_context(Valkey(folder))
        environ = environment(folder, os.environ, database_url=postgres.url, redis_url=valkey.url)
        db.migrate(postgres.url)
        tile_set_id, made = fill(environ, folder, tiles)
        web = stack.enter_context(Web(free_port(), folder / "log", environ))
        yield f"{web.address}/tiles/{tile_set_id}", made


@contextmanager
def browser() -> Iterator[Browser]:
    """Chromium, the system's where there is one."""
    system = shutil.which("chromium") or shutil.which("google-chrome")
    alone = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=system, args=alone)


def fill(environ: dict[str, str], folder: Path, tiles: int) -> tuple[UUID, dict[str, Any]]:
    """A set, surveyed: its id, and how long that took."""
    settings = Settings.from_environ(environ)
    pool = db.connect(settings.database_url)
    sessions, storage = db.sessions_from(pool), storage_from(settings.storage_url)
    tile_set_id = make_set(sessions, storage, tiles)
    start = time.perf_counter()
    survey(sessions, storage, folder / "cache")
    seconds = time.perf_counter() - start
    sheets = sum(1 for info in storage.list("o/") if info.key.endswith(".sheets"))
    pool.dispose()
    return tile_set_id, {"wall_survey_seconds": round(seconds, 1), "wall_sheet_objects": sheets}


def _first_screen(chromium: Browser, address: str) -> float:
    """Milliseconds from asking for the page, in a browser that runs, is at rest and has nothing of it in its cache."""
    context = chromium.new_context(viewport=SCREEN)
    page = context.new_page()
    page.goto(address.partition("/tiles")[0] + "/livez")
    page.wait_for_timeout(AT_REST_MS)
    page.goto(address, wait_until="commit")
    milliseconds: float = page.evaluate(FIRST_SCREEN)
    context.close()
    return milliseconds


def _scroll(chromium: Browser, address: str, tiles: int) -> dict[str, Any]:
    context = chromium.new_context(viewport=SCREEN)
    page = context.new_page()
    asked: list[str] = []
    page.goto(address)
    page.wait_for_selector("[data-ready]")
    page.on("request", lambda request: asked.append(request.url))
    before = _memory(page)
    frames = page.evaluate(SCROLL, [SCREEN["height"] * 0.9, 40])
    after = _memory(page)
    context.close()
    return {
        "wall_requests": len(asked),
        "wall_requests_per_200_tiles": round(len(asked) / (tiles / 200), 2),
        "wall_frame_p99_ms": round(frames["p99"], 1),
        "wall_nodes": [before["Nodes"], after["Nodes"]],
        "wall_heap_mb": [round(m["JSHeapUsedSize"] / 1e6, 1) for m in (before, after)],
    }


def _memory(page: Page) -> dict[str, float]:
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    session.send("Performance.enable")
    metrics = session.send("Performance.getMetrics")["metrics"]
    return {metric["name"]: metric["value"] for metric in metrics}


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{name:28} {value}")
