"""Work over blocks of rows on all cores. The kernels release the GIL, so plain threads do, in forked workers too."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from engine.types import Progress

THREADS = len(os.sched_getaffinity(0))


def run_blocks(
    work: Callable[[int, int], None], count: int, size: int, *, stage: str, progress: Progress
) -> None:
    """Call `work(start, stop)` over `count` rows in blocks of `size`, reporting after each block.

    Whatever `work` or `progress` raises ends it: blocks that did not begin are dropped.
    """
    starts = range(0, count, size)
    with ThreadPoolExecutor(THREADS) as pool:
        try:
            futures = [pool.submit(work, start, min(start + size, count)) for start in starts]
            for done, future in enumerate(futures, 1):
                future.result()
                progress(stage, done / len(futures))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
