"""A film of 720p at 1 frame a second, from the uploaded object to a usable set, beside a bare loop that only decodes it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.film import decode, make_film
from benchmarks.ingest.memory import Peak
from benchmarks.ingest.stack import stack


def measure(folder: Path, minutes: float) -> dict[str, float | str]:
    """Seconds of both, their ratio, and the most memory that a worker and its child held.

    The film repeats itself. Its tiles are all cut and sent to the worker, but of twins one is kept, so rows and packs are
    fewer than a real film's: of an hour 7,200, which are written in about a second.
    """
    with tempfile.TemporaryDirectory(dir=folder) as name:
        film = make_film(Path(name), minutes)
        bare, frames = decode(film)
        with stack(Path(name)) as services, Peak(services.workers) as peak:
            tile_set = services.tile_set("film")
            seconds = services.read(tile_set, film)
            tiles = len(services.stock(tile_set).numbers)
    return {
        "film_minutes": minutes,
        "film_frames": frames,
        "film_tiles": tiles,
        "film_decode_seconds": round(bare, 1),
        "film_seconds": round(seconds, 1),
        "film_over_decode": round(seconds / bare, 2),
        "film_worker_peak_mb": peak.mb,
    }
