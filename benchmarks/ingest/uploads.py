"""Zips through the stack: read, grown, deleted."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
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

Figures = dict[str, float | str]

APPENDED = 1_000
ANOTHER_SEED = 1


def measure_small(folder: Path, jpegs: list[bytes]) -> Figures:
    """Small pictures: seconds, the ratio to bare decoding of the same bytes, peak memory and objects."""
    return _measured(folder, lambda services, place: _small(services, place, jpegs))


def measure_phones(folder: Path, count: int) -> Figures:
    """Photos of a phone: seconds, the ratio to bare decoding at an eighth of their size, and peak memory."""
    return _measured(folder, lambda services, place: _phones(services, place, count))


def _measured(folder: Path, work: Callable[[Stack, Path], Figures]) -> Figures:
    with tempfile.TemporaryDirectory(dir=folder) as name, stack(Path(name)) as services:
        place = Path(name) / "pictures.zip"
        with Peak(services.workers) as workers, Peak(services.web_processes) as web:
            _warm_up(services, place.with_name("few.zip"))
            figures = work(services, place)
        return figures | {"worker_peak_mb": workers.mb, "web_peak_mb": web.mb}


def _warm_up(services: Stack, place: Path) -> None:
    """Kernels are compiled, and workers have all they import."""
    warm = services.tile_set("warm")
    services.read(warm, _few(place))
    services.delete(warm)


def _small(services: Stack, place: Path, jpegs: list[bytes]) -> Figures:
    write_zip(place, jpegs)
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


def _phones(services: Stack, place: Path, count: int) -> Figures:
    write_zip(place, phone_photos(count))
    bare = decoding_seconds(list(phone_photos(count)), cv2.IMREAD_REDUCED_COLOR_8)
    seconds = services.read(services.tile_set("phones"), place)
    return {
        "phones_seconds": round(seconds, 1),
        "phones_decode_seconds": round(bare, 1),
        "phones_over_decode": round(seconds / bare, 2),
    }
