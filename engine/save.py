"""Rows of pixels to JPEG, PNG, TIFF and zoom files, all at once while they are drawn, each in a thread of its own.

libvips compresses in a few tens of megabytes whatever the size of the picture.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import pyvips

from engine.stream import Stream
from engine.types import Pixels, Progress
from engine.zoom import TILE_PX, border, jfif

FINISHING = "Finishing the files"
JPEG_QUALITY = 92
# Beside a mosaic's own quality nobody sees the difference on a screen, and colours at half resolution are half the bytes.
ZOOM_QUALITY = 85
_TIFF_TILE_PX = 256

# A TIFF without the 64-bit places of BigTIFF ends at 4 GB; deflate may grow a picture a little.
_TIFF_MAX_BYTES = 4 * 10**9


class Format(StrEnum):
    """What a mosaic can be written as.

    TIFF : tiled, with its pyramid of smaller pictures, for print and image programs.
    ZOOM : a TIFF of JPEG tiles with its pyramid, of which a server sends single tiles; see `engine.zoom`.
    """

    JPEG = "jpeg"
    PNG = "png"
    TIFF = "tiff"
    ZOOM = "zoom"


@dataclass(frozen=True, slots=True)
class Canvas:
    """What is written: size in px, dots per inch, and how TIFF keeps pixels (deflate: exactly; JPEG: smaller)."""

    width: int
    height: int
    dpi: float = 300
    tiff: Literal["deflate", "jpeg"] = "deflate"


class Files:
    """Files of one picture that are written together. A context manager: files that are not finished leave nothing.

    A file appears under its name when all of them are complete; the one of before stays until then.
    """

    def __init__(self, outputs: Mapping[Format, Path], canvas: Canvas) -> None:
        self._writers = [_Writer(*output, canvas) for output in outputs.items()]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for writer in self._writers:
            writer.end()
            writer.join()
            with contextlib.suppress(OSError):
                writer.part.unlink()

    def write(self, rows: Pixels) -> None:
        """The next rows from the top, (n, width, 3) uint8. Raises OSError where a file cannot be written."""
        for writer in self._writers:
            writer.write(rows)

    def finish(self, progress: Progress) -> None:
        """All rows are there: wait for the files, then give them their names."""
        for writer in self._writers:
            writer.end()
        for done, writer in enumerate(self._writers):
            # A large pyramid takes a while after the last row; a cancel is heard meanwhile.
            while writer.is_alive():
                progress(FINISHING, done / len(self._writers))
                writer.join(0.5)
            writer.check()
        progress(FINISHING, 1.0)
        for writer in self._writers:
            writer.part.replace(writer.path)


class _Writer(threading.Thread):
    def __init__(self, form: Format, path: Path, canvas: Canvas) -> None:
        super().__init__(name=f"writes {form}", daemon=True)
        self.path = path
        self.part = path.with_name(f".{path.name}.part")
        self._form, self._canvas = form, canvas
        self._stream = Stream(canvas.width, canvas.height)
        self._ended = False
        self._error = ""
        self.start()

    def run(self) -> None:
        """Compress what comes."""
        try:
            image = self._stream.image(self._canvas.dpi)
            _SAVERS[self._form](image, str(self.part), self._canvas)
        except Exception as error:  # noqa: BLE001  # raised again by `check` in the thread that draws
            # Not the error itself: with its frames it would keep libvips's picture longer than the stream it reads.
            self._error = getattr(error, "strerror", None) or str(error)
        finally:
            self._stream.drain()

    def write(self, rows: Pixels) -> None:
        """Hand rows over."""
        self.check()
        self._stream.write(rows)

    def end(self) -> None:
        """There are no more rows."""
        if not self._ended:
            self._ended = True
            self._stream.end()

    def check(self) -> None:
        """Raise what went wrong."""
        if self._error:
            raise OSError(f"{self.path.name} could not be written: {self._error}")


def _jpeg(image: Any, part: str, canvas: Canvas) -> None:
    # libvips would tell the resolution in Exif, where cameras put what nobody should pass on. Ours go the old way: what
    # libvips writes begins where the first two bytes of it, the same in every JPEG, are the last two of our head.
    head = b"\xff\xd8" + jfif(canvas.dpi)
    with Path(part).open("wb") as file:
        file.seek(len(head) - 2)
        target = pyvips.Target.new_to_descriptor(file.fileno())
        # No chroma subsampling at this quality.
        image.jpegsave_target(target, Q=JPEG_QUALITY, profile="srgb", keep="icc")
        file.seek(0)
        file.write(head)


def _png(image: Any, part: str, _canvas: Canvas) -> None:
    # Every filter is tried on every row: a quarter smaller for half a second in 15 megapixels.
    image.pngsave(part, compression=3, filter="all", profile="srgb", keep="icc")


def _tiff(image: Any, part: str, canvas: Canvas) -> None:
    how: dict[str, Any] = {"compression": "jpeg", "Q": JPEG_QUALITY}
    if canvas.tiff == "deflate":
        # Level 6 is 5% smaller and takes three times as long.
        how = {"compression": "deflate", "predictor": "horizontal", "level": 2}
    # The pyramid is a third of the picture.
    big = canvas.width * canvas.height * 3 * 4 / 3 > _TIFF_MAX_BYTES
    _pyramid(image, part, _TIFF_TILE_PX, bigtiff=big, **how)


def _zoom(image: Any, part: str, canvas: Canvas) -> None:
    more = border(canvas.width, canvas.height)
    image = image.embed(0, 0, canvas.width + more, canvas.height + more, extend="copy")
    # Always BigTIFF: `engine.zoom` then reads one layout.
    _pyramid(image, part, TILE_PX, bigtiff=True, compression="jpeg", Q=ZOOM_QUALITY)


def _pyramid(image: Any, part: str, tile_px: int, **how: Any) -> None:
    size = {"tile_width": tile_px, "tile_height": tile_px}
    image.tiffsave(
        part, tile=True, pyramid=True, profile="srgb", keep="icc", resunit="inch", **size, **how
    )


_SAVERS = {Format.JPEG: _jpeg, Format.PNG: _png, Format.TIFF: _tiff, Format.ZOOM: _zoom}
