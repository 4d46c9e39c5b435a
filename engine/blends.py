"""Taking frames of a film, those left out that are blends of what comes before and after. For child processes alone."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

import numpy as np
from av.video.frame import VideoFrame

from engine.dull import NEIGHBOUR_MS, Points, blend
from engine.frame import depth, points
from engine.sampling import SampleTimes

Taken = tuple[int, int, VideoFrame]
"""Number of the look, time in ms, frame."""


def taken_unblended(
    frames: Iterable[tuple[int, VideoFrame]], times: SampleTimes, *, last_ms: int
) -> Iterator[Taken]:
    """As `SampleTimes.taken`, without blends.

    Every frame is a neighbour of those within 0.4 s, so a frame is given out only when that much has been read after it.
    Of neighbours 2,304 numbers are kept, not the frame.
    """
    seen: deque[tuple[int, Points]] = deque()
    waiting: deque[Taken] = deque()
    for item in times.taken(_noted(frames, seen, waiting), last_ms=last_ms):
        while waiting and seen[-1][0] > waiting[0][1] + NEIGHBOUR_MS:
            yield from _unless_blend(waiting.popleft(), seen)
        waiting.append(item)
    for item in waiting:
        yield from _unless_blend(item, seen)


def _noted(
    frames: Iterable[tuple[int, VideoFrame]],
    seen: deque[tuple[int, Points]],
    waiting: deque[Taken],
) -> Iterator[tuple[int, VideoFrame]]:
    for ms, frame in frames:
        # The frame before this one may yet be taken, however long ago it was.
        oldest = waiting[0][1] if waiting else seen[-1][0] if seen else ms
        while seen and seen[0][0] < oldest - NEIGHBOUR_MS:
            seen.popleft()
        seen.append((ms, points(frame) * np.float32(2.0 ** (8 - depth(frame)))))
        yield ms, frame


def _unless_blend(item: Taken, seen: deque[tuple[int, Points]]) -> Iterator[Taken]:
    ms = item[1]
    before = [noted for at, noted in seen if ms - NEIGHBOUR_MS <= at < ms]
    here = next(noted for at, noted in seen if at == ms)
    after = [noted for at, noted in seen if ms < at <= ms + NEIGHBOUR_MS]
    pairs = [(before[0], after[-1]), (before[-1], after[0])] if before and after else []
    if not any(blend(here, earlier, later) for earlier, later in pairs):
        yield item
