"""Time and memory as libraries grow, each in a process of its own on an index saved and mapped into memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.clock import Memory, alone, timed
from benchmarks.library import Enlarged, grow
from engine.build import find, make_plan
from engine.index import Index
from engine.render import write_mosaic
from engine.save import Format
from engine.types import Pixels, Settings, Thumbs

Row = dict[str, float]

_REPEATS = 3


def scale(thumbs: Thumbs, sizes: tuple[int, ...], picture: Pixels) -> Iterator[Row]:
    """For each size: seconds and megabytes of building an index, and of candidates for all cells of a picture."""
    for size in sizes:
        with TemporaryDirectory(prefix="tessera-bench-") as place:
            folder = Path(place)
            grow(thumbs, size, folder / "library.npy")
            built = alone(build, folder)
            (folder / "library.npy").unlink()
            perceptual = alone(query, folder, "perceptual", picture)
            classic = alone(query, folder, "classic", picture)
        yield {
            "tiles": size,
            "seconds": perceptual["seconds"],
            "first_seconds": perceptual["first_seconds"],
            "rss_mb": perceptual["rss_mb"],
            "own_mb": perceptual["own_mb"],
            **{f"classic_{name}": value for name, value in classic.items()},
            **built,
        }


def build(folder: Path) -> Row:
    """Build and save the index of a library."""
    with Memory() as memory:
        seconds, _ = timed(
            lambda: Index.build(np.load(folder / "library.npy", mmap_mode="r")).save(
                folder / "index"
            )
        )
    return {"build_seconds": round(seconds, 2), "build_mb": memory.peak.total}


def query(folder: Path, matcher: str, picture: Pixels) -> Row:
    """Candidates for all cells: the first time, when pages of the index are touched first, and the best of three more."""
    settings = Settings(matcher)
    index = Index.load(folder / "index")
    few = Index.build(np.array(index.thumbs[:500]))
    find(picture[:40], few, settings)  # compiled before the clock runs
    with Memory() as memory:
        preparing, _ = timed(lambda: index.color_tree if matcher == "classic" else index.colors)
        first, *later = (
            timed(lambda: find(picture, index, settings))[0] for _ in range(1 + _REPEATS)
        )
    return {
        "seconds": round(min(later), 3),
        "first_seconds": round(first, 3),
        "prepare_seconds": round(preparing, 3),
        "rss_mb": memory.peak.total,
        "own_mb": memory.peak.own,
    }


def peak(thumbs: Thumbs, picture: Pixels) -> dict[str, object]:
    """Megabytes of matching and rendering at 50 px a cell from a saved index, as a worker does."""
    with TemporaryDirectory(prefix="tessera-bench-") as place:
        folder = Path(place)
        np.save(folder / "library.npy", thumbs)
        built = alone(build, folder)
        total, own = alone(mosaic, folder, picture)
        return {"index_seconds": built["build_seconds"], "peak_mb": total, "peak_own_mb": own}


def mosaic(folder: Path, picture: Pixels) -> tuple[int, int]:
    """Match and render with the default settings."""
    with Memory() as memory:
        index = Index.load(folder / "index")
        plan = make_plan(picture, index, Settings())
        write_mosaic(plan, Enlarged(index.thumbs), {Format.JPEG: folder / "mosaic.jpg"})
    return memory.peak
