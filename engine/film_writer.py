"""Frames into a film: H.264 in MP4, which every browser and phone plays, or an animated WebP. One frame is in memory."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace
from av.video.stream import VideoStream

from engine.types import Pixels

H264, WEBP = "libx264", "libwebp_anim"
# A mosaic is all edges: at 23, the usual, tiles melt while they move.
_OPTIONS = {
    H264: {"crf": "20", "preset": "fast"},
    WEBP: {"quality": "80", "compression_level": "2", "loop": "1"},
}
_PIXELS = "yuv420p"
_BT709 = 1


def best_kind() -> str:
    """How the name of a film should end: `mp4` where this machine can write H.264, else `webp`."""
    return "mp4" if H264 in av.codecs_available else "webp"


class FilmWriter:
    """A context manager: a film that is not finished is no file."""

    def __init__(self, path: Path, size: tuple[int, int], frames_per_second: int) -> None:
        self._path, self._part = path, path.with_name(f".{path.name}.part")
        form = path.suffix[1:]
        codec = H264 if form == "mp4" else WEBP
        # The head goes first, so that a browser plays what has not wholly arrived.
        options = {"movflags": "faststart"} if form == "mp4" else {}
        self._container = av.open(self._part, "w", format=form, options=options)
        stream = self._container.add_stream(codec, rate=frames_per_second, options=_OPTIONS[codec])
        if not isinstance(stream, VideoStream):
            raise OSError(f"{codec} gives no pictures")
        stream.width, stream.height = size
        stream.pix_fmt = _PIXELS
        context = stream.codec_context
        context.color_primaries = context.color_trc = context.colorspace = _BT709
        self._stream, self._frames, self._beat = stream, 0, Fraction(1, frames_per_second)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self._container.mux(self._stream.encode(None))
            self._container.close()
            if kind is None:
                self._part.replace(self._path)
        finally:
            self._part.unlink(missing_ok=True)

    def add(self, picture: Pixels) -> None:
        """The next frame, (height, width, 3) uint8."""
        frame = VideoFrame.from_ndarray(picture, format="rgb24").reformat(
            format=_PIXELS,
            dst_colorspace=Colorspace.ITU709,
            dst_color_range=ColorRange.MPEG,
        )
        frame.pts = self._frames
        frame.time_base = self._beat
        self._frames += 1
        self._container.mux(self._stream.encode(frame))
