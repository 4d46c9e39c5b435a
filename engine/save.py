"""Raw RGB pixels in a file to JPEG and PNG, streamed by libvips in a few tens of megabytes whatever their size."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyvips

from engine.types import Progress

JPEG_QUALITY = 92
# What printers take a picture for: 300 dots an inch.
_DOTS_PER_MM = 300 / 25.4

# libvips would keep the last hundred files it read open, raw pixels among them that are long deleted.
pyvips.cache_set_max(0)


@dataclass(frozen=True, slots=True)
class Raw:
    """A file of RGB pixels, row by row, 8 bits each."""

    path: Path
    width: int
    height: int


def save_jpeg(raw: Raw, path: Path, progress: Progress) -> None:
    """A JPEG with the sRGB profile, no chroma subsampling at this quality."""

    def write(image: Any, part: Path) -> None:
        image.jpegsave(str(part), Q=JPEG_QUALITY, profile="srgb", keep="icc")

    _save(raw, path, write, _Watch("Writing the JPEG", progress))


def save_png(raw: Raw, path: Path, progress: Progress) -> None:
    """A PNG with the sRGB profile. Every filter is tried on every row: a quarter smaller for half a second."""

    def write(image: Any, part: Path) -> None:
        image.pngsave(str(part), compression=3, filter="all", profile="srgb", keep="icc")

    _save(raw, path, write, _Watch("Writing the PNG", progress))


class _Watch:
    """Carries libvips's progress to ours, and what ours raises back past libvips, which would swallow it."""

    def __init__(self, stage: str, progress: Progress) -> None:
        self.raised: BaseException | None = None
        self._stage = stage
        self._progress = progress
        self.tell(0.0)

    def tell(self, share: float) -> None:
        """Tell the stage's share."""
        self._progress(self._stage, min(1.0, share))

    def on_eval(self, image: Any, progress: Any) -> None:
        """Called by libvips a few times a second, in the thread that writes."""
        try:
            self.tell(progress.percent / 100)
        except BaseException as error:  # noqa: BLE001  # kept, and raised again by `_save`
            self.raised = error
            image.set_kill(True)


def _save(raw: Raw, path: Path, write: Callable[[Any, Path], None], watch: _Watch) -> None:
    image = pyvips.Image.rawload(str(raw.path), raw.width, raw.height, 3, access="sequential")
    image = image.copy(interpretation="srgb", xres=_DOTS_PER_MM, yres=_DOTS_PER_MM)
    image.set_progress(True)
    image.signal_connect("eval", watch.on_eval)
    part = path.with_name(f".{path.name}.part")
    try:
        write(image, part)
        watch.tell(1.0)
        _raise_again(watch)
        part.replace(path)
    except pyvips.Error as error:
        _raise_again(watch)
        raise OSError(f"{path.name} could not be written: {error}") from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink()


def _raise_again(watch: _Watch) -> None:
    if watch.raised:
        raise watch.raised from None
