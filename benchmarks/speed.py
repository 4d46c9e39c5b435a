"""The matchers beside the slow references and beside the bare matrix product."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from statistics import median

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from benchmarks import references
from benchmarks.clock import best, timed
from benchmarks.extent import Extent
from engine.blocks import run_blocks
from engine.build import Match, find, make_plan
from engine.index import Index
from engine.types import Pixels, Scores, Settings, Thumbs, silent

PENALTY = 0.05
EXHAUSTIVE, CLASSIC = Settings("exhaustive", 0.0), Settings("classic", PENALTY)

# Cells and tiles of one block of the product: large ones for numpy's own threads, small ones for a thread to each core.
_LARGE = [(2_048, 8_192), (6_048, 2_048)]
_SMALL = [(256, 1_024), (256, 2_048), (512, 2_048)]


def speeds(picture: Pixels, index: Index, extent: Extent) -> dict[str, object]:
    """Both originals: seconds of ours, of theirs by extrapolation, and the cells that chose the same tile."""
    match = find(picture, index, EXHAUSTIVE)
    make_plan(picture, index, CLASSIC)  # compiled, and the tree built, before the clock runs
    wide = [values.reshape(-1, 75).astype(np.float32) for values in (match.cells, index.thumbs)]
    ours, classic_ours, *products = best(
        lambda: make_plan(picture, index, EXHAUSTIVE),
        lambda: make_plan(picture, index, CLASSIC),
        *_products(*wide),
        repeats=extent.repeats,
    )
    return {
        **_beside("exhaustive", ours, picture, index, extent),
        "matmul_seconds": round(min(products), 3),
        "exhaustive_over_matmul": round(ours / min(products), 2),
        **_beside("classic", classic_ours, picture, index, extent),
    }


def _beside(
    name: str, seconds: float, picture: Pixels, index: Index, extent: Extent
) -> dict[str, object]:
    plan = make_plan(picture, index, {"exhaustive": EXHAUSTIVE, "classic": CLASSIC}[name])
    cells = plan.grid.thumbs(picture)
    which = _sample(name, len(cells), extent.sample)
    theirs, chosen = timed(lambda: _reference(name)(cells[which], index.thumbs))
    slow = theirs * len(cells) / len(which)
    return {
        f"{name}_seconds": round(seconds, 3),
        f"{name}_reference_seconds": round(slow, 1),
        f"{name}_speedup": float(f"{slow / seconds:.4g}"),
        f"{name}_identical": [len(which), int((plan.assignment[which] == chosen).sum())],
    }


def _sample(name: str, cells: int, count: int) -> NDArray[np.int64]:
    """Cells from all over the picture; for `classic` the first ones, so that uses pile up alike."""
    count = min(count, cells)
    return np.arange(count) if name == "classic" else np.linspace(0, cells - 1, count).astype(int)


def _reference(name: str) -> Callable[[Thumbs, Thumbs], NDArray[np.int64]]:
    if name == "exhaustive":
        return references.exhaustive
    return lambda cells, thumbs: references.classic(cells, thumbs, PENALTY)


def _products(cells: Scores, tiles: Scores) -> Iterator[Callable[[], None]]:
    """The product of all cells and all tiles and nothing else by numpy on all cores, in blocks of several sizes."""
    for rows, cols in _LARGE:
        yield partial(_product, cells, tiles, rows, cols)
    for rows, cols in _SMALL:
        yield partial(_threaded, cells, tiles, rows, cols)


def _product(cells: Scores, tiles: Scores, rows: int, cols: int) -> None:
    out = np.empty(rows * cols, np.float32)
    for start in range(0, len(cells), rows):
        block = cells[start : start + rows]
        for first in range(0, len(tiles), cols):
            part = tiles[first : first + cols]
            shape = (len(block), len(part))
            np.matmul(block, part.T, out=out[: shape[0] * shape[1]].reshape(shape))


def _threaded(cells: Scores, tiles: Scores, rows: int, cols: int) -> None:
    def work(start: int, stop: int) -> None:
        _product(cells[start:stop], tiles, rows, cols)

    with threadpool_limits(1, user_api="blas"):
        run_blocks(work, len(cells), rows, stage="", progress=silent)


def perceptual(picture: Pixels, index: Index, extent: Extent) -> dict[str, object]:
    """The default matcher: candidates and placement, and placing again from the candidates."""
    settings = Settings()
    make_plan(picture, index, settings)
    finding, whole = best(
        lambda: find(picture, index, settings),
        lambda: make_plan(picture, index, settings),
        repeats=extent.repeats,
    )
    match = find(picture, index, settings)
    return {
        "perceptual_seconds": round(whole, 3),
        "perceptual_find_seconds": round(finding, 3),
        "replace_ms": {
            method: _replacing_ms(match, method, extent.replacings)
            for method in ("greedy", "improved")
        },
    }


def _replacing_ms(match: Match, method: str, times: int) -> float:
    """The median over penalties as a slider sends them."""
    penalties = np.linspace(0.01, 0.2, times)
    match.plan(Settings(placement=method))
    seconds = [
        timed(lambda p=p: match.plan(Settings(penalty=float(p), placement=method)))[0]
        for p in penalties
    ]
    return round(1000 * median(seconds), 1)
