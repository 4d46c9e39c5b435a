"""The engine beside the slow references, on the same cells and tiles in one run."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from benchmarks import references
from benchmarks.library import photo
from engine.build import make_plan
from engine.index import Index
from engine.types import Settings, Thumbs

PHOTO = "chelsea"
# Cells that the references work on: the first ones in raster order, so that uses pile up alike.
SAMPLE = 200
PENALTY = 0.05

T = TypeVar("T")


def measure(thumbs: Thumbs) -> dict[str, object]:
    """Seconds, speed-ups, identical choices and peak memory, by name."""
    picture = photo(PHOTO)
    index_seconds, index = _timed(lambda: Index.build(thumbs))
    for matcher in ("classic", "exhaustive"):  # compiled, and the tree built, before the clock runs
        make_plan(picture[:32], index, Settings(matcher, PENALTY))
    classic_seconds, classic = _timed(
        lambda: make_plan(picture, index, Settings("classic", PENALTY))
    )
    nearest_seconds, nearest = _timed(
        lambda: make_plan(picture, index, Settings("exhaustive", 0.0))
    )
    spread_seconds, _ = _timed(lambda: make_plan(picture, index, Settings("exhaustive", PENALTY)))
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    cells = nearest.grid.thumbs(picture)
    sample = cells[:SAMPLE]
    bare_seconds, _ = _timed(lambda: _bare_product(cells, thumbs))
    slow_nearest_seconds, slow_nearest = _timed(lambda: references.exhaustive(sample, thumbs))
    slow_classic_seconds, slow_classic = _timed(lambda: references.classic(sample, thumbs, PENALTY))
    share = len(cells) / len(sample)
    return {
        "tiles": len(thumbs),
        "cells": len(cells),
        "index_seconds": round(index_seconds, 3),
        "classic_seconds": round(classic_seconds, 3),
        "classic_speedup": round(slow_classic_seconds * share / classic_seconds),
        "classic_identical": _equal(classic.assignment, slow_classic),
        "exhaustive_seconds": round(nearest_seconds, 3),
        "exhaustive_penalty_seconds": round(spread_seconds, 3),
        "exhaustive_speedup": round(slow_nearest_seconds * share / nearest_seconds),
        "exhaustive_identical": _equal(nearest.assignment, slow_nearest),
        "exhaustive_over_matmul": round(nearest_seconds / bare_seconds, 2),
        "peak_mb": peak_mb,
    }


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def _equal(ours: NDArray[np.integer], theirs: NDArray[np.integer]) -> list[int]:
    """Cells compared and cells equal."""
    return [len(theirs), int((ours[: len(theirs)] == theirs).sum())]


def _bare_product(cells: Thumbs, thumbs: Thumbs) -> None:
    """Only the matrix product, in blocks, by numpy with all its threads."""
    queries, tiles = cells.reshape(-1, 75).astype(np.float32), thumbs.reshape(-1, 75)
    wide = tiles.astype(np.float32)
    for start in range(0, len(queries), 512):
        queries[start : start + 512] @ wide.T
