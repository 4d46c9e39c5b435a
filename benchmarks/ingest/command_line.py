"""`tessera make` over a folder: the first time, and again."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image
from skimage import data

from benchmarks.ingest.memory import Peak, tree
from benchmarks.ingest.pictures import write_folder

PHOTO = "chelsea"


def measure(folder: Path, jpegs: list[bytes]) -> dict[str, float | str]:
    """Seconds of both runs, and the most memory that the command and its children held."""
    with tempfile.TemporaryDirectory(dir=folder) as name:
        place = Path(name)
        write_folder(place / "pictures", jpegs)
        Image.fromarray(getattr(data, PHOTO)()).save(place / "photo.png")
        cold, cold_mb = _run(place)
        warm, warm_mb = _run(place)
    return {
        "cli_cold_seconds": round(cold, 1),
        "cli_warm_seconds": round(warm, 2),
        "cli_peak_mb": max(cold_mb, warm_mb),
    }


def _run(place: Path) -> tuple[float, int]:
    command = [sys.executable, "-m", "cli", "make", "photo.png", "pictures", "-o", "mosaic.jpg"]
    environ = os.environ | {
        "XDG_CACHE_HOME": str(place / "cache"),
        "PYTHONPATH": str(Path.cwd()),
    }
    start = time.perf_counter()
    with (
        subprocess.Popen(command, cwd=place, env=environ) as process,
        Peak(lambda: [tree(process.pid)]) as peak,
    ):
        status = process.wait()
    assert status == 0
    return time.perf_counter() - start, peak.mb
