"""Zips through the stack: read, grown, deleted."""

from __future__ import annotations

import tempfile
from pathlib import Path

import cv2

from benchmarks.ingest.memory import Peak
from benchmarks.ingest.pictures import (
    decoding_seconds,
    phone_photos,
    small_jpegs,
    write_zip,
)
from benchmarks.ingest.stack import Stack, stack

APPENDED = 1_000
ANOTHER_SEED = 1


def measure(folder: Path, jpegs: list[bytes], phones: int) -> dict[str, float | str]:
    """Seconds, ratios to bare decoding of the same bytes, peak memory and objects."""
    with tempfile.TemporaryDirectory(dir=folder) as name, stack(Path(name)) as services:
        place = Path(name) / "pictures.zip"
        with Peak(services.workers) as workers, Peak(services.web_processes) as web:
            figures = _small(services, place, jpegs) | _phones(services, place, phones)
        return figures | {"worker_peak_mb": workers.mb, "web_peak_mb": web.mb}


def _small(services: Stack, place: Path, jpegs: list[bytes]) -> dict[str, float | str]:
    write_zip(place, jpegs)
    warm = services.tile_set("warm")  # kernels are compiled, workers have all they import
    services.read(warm, _few(place.with_name("few.zip")))
    services.delete(warm)
    tile_set = services.tile_set("small")
    before = services.objects()
    bare = decoding_seconds(jpegs, cv2.IMREAD_COLOR)
    seconds = services.read(tile_set, place)
    objects = services.objects() - before
    appended = services.read(tile_set, _few(place.with_name("few.zip")))
    return {
        "zip_190k_seconds": round(seconds, 1),
        "decode_190k_seconds": round(bare, 1),
        "zip_over_decode": round(seconds / bare, 2),
        "append_seconds": round(appended, 2),
        "objects_per_2000_tiles": round(objects / len(jpegs) * 2000, 2),
        "left_after_deletion": services.delete(tile_set),
    }


def _few(place: Path) -> Path:
    write_zip(place, small_jpegs(APPENDED, seed=ANOTHER_SEED))
    return place


def _phones(services: Stack, place: Path, count: int) -> dict[str, float | str]:
    write_zip(place, phone_photos(count))
    bare = decoding_seconds(list(phone_photos(count)), cv2.IMREAD_REDUCED_COLOR_8)
    seconds = services.read(services.tile_set("phones"), place)
    return {
        "phones_seconds": round(seconds, 1),
        "phones_over_decode": round(seconds / bare, 2),
    }
