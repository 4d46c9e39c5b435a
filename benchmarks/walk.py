"""A phone in a mosaic of 144 megapixels: how even its frames are under two fingers, beside an empty viewer and a plain page.

The window is a phone's (390 x 844 px, three pixels of the screen for each, touch), and the fingers are the browser's own
events: spread from the whole picture to single tiles, drag to all sides, pinch back. Frames are counted from one to the next
while fingers are down or the picture glides. The same gestures go over the same viewer with no squares in it and, for drags,
over a plain page that scrolls: software draws the screen here, so only ratios of one run say something about the viewer.
What is late is the last square of a gesture, counted from its end. The last line is JSON.
"""

from __future__ import annotations

import io
import json
import statistics
import time
from contextlib import ExitStack
from typing import Any

from PIL import Image
from playwright.sync_api import CDPSession, Page

from benchmarks.library import photo
from benchmarks.live import PATIENCE_MS, local_stack, say
from benchmarks.wall import browser

TILES = 20_000
ACROSS = 240
PHONE = {"width": 390, "height": 844}
SCALE = 3
# As a screen asks for them, for as long as a hand takes.
STEP_SECONDS = 1 / 60
STEPS = 30
GLIDE_SECONDS = 0.7
MIDDLE = (195.0, 422.0)
DRAGS = [(0, -260), (140, 0), (0, 260), (-140, 0), (-100, -200), (100, 200)]
SQUARES = "*/zoom/*"
COUNT = """() => {
  window.frames_ = [];
  window.last = null;
  const count = (now) => {
    if (window.counting && last !== null) frames_.push(now - last);
    last = window.counting ? now : null;
    requestAnimationFrame(count);
  };
  requestAnimationFrame(count);
}"""
LATE = """(since) => Math.max(0, ...performance.getEntriesByType("resource")
  .filter((one) => one.name.includes("/zoom/")).map((one) => one.responseEnd - since))"""
PLAIN = "<!doctype html><meta name=viewport content='width=device-width'>" + "".join(
    f"<p style='font: 20px serif; margin: 20px'>Line {line} of a page that scrolls.</p>"
    for line in range(400)
)


class Fingers:
    """On the glass, by the browser's own events."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.session: CDPSession = page.context.new_cdp_session(page)
        self.late: list[float] = []

    def spread(self, start: float, end: float) -> None:
        """Two fingers, from so many pixels apart to so many."""
        x, y = MIDDLE

        def points(share: float) -> list[tuple[float, float]]:
            half = (start + (end - start) * share) / 2
            return [(x, y - half), (x, y + half)]

        self._gesture(points)

    def drag(self, right: float, down: float) -> None:
        """One finger, by so many pixels."""
        x, y = MIDDLE
        self._gesture(lambda share: [(x + right * (share - 0.5), y + down * (share - 0.5))])

    def _gesture(self, points: Any) -> None:
        self.page.evaluate("window.counting = true")
        self._send("touchStart", points(0))
        for step in range(1, STEPS + 1):
            start = time.perf_counter()
            self._send("touchMove", points(step / STEPS))
            time.sleep(max(0.0, STEP_SECONDS - (time.perf_counter() - start)))
        self._send("touchEnd", [])
        end = self.page.evaluate("performance.now()")
        time.sleep(GLIDE_SECONDS)
        self.page.evaluate("window.counting = false")
        self.page.wait_for_load_state("networkidle")
        self.late.append(self.page.evaluate(LATE, end))

    def _send(self, kind: str, points: list[tuple[float, float]]) -> None:
        touches = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})


def measure() -> dict[str, Any]:
    """All figures by name."""
    with ExitStack() as stack:
        address = stack.enter_context(local_stack(TILES))
        chromium = stack.enter_context(browser())
        context = chromium.new_context(
            viewport=PHONE, device_scale_factor=SCALE, is_mobile=True, has_touch=True
        )
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        megapixels = _make(page, address)
        say(f"Made a mosaic of {megapixels} megapixels")
        walked, asked, late = _walk(page, empty=False)
        bare, _, _ = _walk(page, empty=True)
        scrolled = _scroll(page)
    figures = {
        f"{name}_frame_{label}_ms": round(value, 1)
        for name, frames in (("walk", walked), ("empty", bare), ("plain", scrolled))
        for label, value in _of(frames)
    }
    return {
        **figures,
        "walk_over_empty": _ratio(walked, bare),
        "walk_over_plain": _ratio(walked, scrolled),
        "squares": asked,
        "square_late_p50_ms": round(statistics.median(late)),
        "square_late_worst_ms": round(max(late)),
        "megapixels": megapixels,
    }


def _make(page: Page, address: str) -> int:
    """A square mosaic, as fine as they are made."""
    body = io.BytesIO()
    Image.fromarray(photo("astronaut", 600)).save(body, "JPEG", quality=92)
    page.goto(address)
    file = {"name": "astronaut.jpg", "mimeType": "image/jpeg", "buffer": body.getvalue()}
    page.get_by_label("Choose a photo").set_input_files(file)
    page.get_by_text("More", exact=True).click()
    page.get_by_label("Cells across").fill(str(ACROSS))
    page.locator("[data-go]").click()
    page.wait_for_selector("text=Download JPEG")
    dialog = page.locator("[data-walk]")
    cells = int(dialog.get_attribute("data-cols") or 0) * int(
        dialog.get_attribute("data-rows") or 0
    )
    return cells * 50 * 50 // 1_000_000


def _walk(page: Page, *, empty: bool) -> tuple[list[float], int, list[float]]:
    """Frames of all gestures, squares that were asked for, and how late the last of each gesture was."""
    page.goto(page.url.partition("#")[0])
    fingers = Fingers(page)
    fingers.session.send("Network.enable")
    fingers.session.send("Network.setBlockedURLs", {"urls": [SQUARES] if empty else []})
    page.evaluate(COUNT)
    page.evaluate("performance.setResourceTimingBufferSize(5000)")
    page.get_by_role("button", name="Walk in").click()
    page.wait_for_selector("dialog[data-walk][data-ready]")
    page.wait_for_load_state("networkidle")
    for _ in range(3):
        fingers.spread(60, 380)
    for right, down in DRAGS:
        fingers.drag(right, down)
    for _ in range(3):
        fingers.spread(380, 60)
    frames: list[float] = page.evaluate("frames_")
    asked: int = page.evaluate(
        "performance.getEntriesByType('resource').filter((one) => one.name.includes('/zoom/')).length"
    )
    fingers.session.send("Network.setBlockedURLs", {"urls": []})
    return frames, asked, fingers.late


def _scroll(page: Page) -> list[float]:
    page.goto("about:blank")
    page.set_content(PLAIN)
    page.evaluate(COUNT)
    fingers = Fingers(page)
    for right, down in DRAGS + DRAGS:
        fingers.drag(right, down)
    frames: list[float] = page.evaluate("frames_")
    return frames


def _of(frames: list[float]) -> list[tuple[str, float]]:
    frames = sorted(frames)
    return [("p50", statistics.median(frames)), ("p95", frames[int(0.95 * len(frames))])]


def _ratio(frames: list[float], yardstick: list[float]) -> float:
    """Of the slow ones: medians are those of the screen's clock."""
    return round(_of(frames)[1][1] / _of(yardstick)[1][1], 2)


if __name__ == "__main__":
    print(json.dumps(measure()))
