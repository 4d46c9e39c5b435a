"""A few seconds of a film as a small film of its own, without sound and without anything that the film says of itself.

For child processes alone. H.264 in MP4, which every browser plays; VP9 in WebM where FFmpeg came without the encoder.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO
from typing import cast

import av
import numpy as np
from av.container.core import Flags
from av.container.output import OutputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace
from av.video.stream import VideoStream

from engine.errors import Unreadable
from engine.film import NO_FRAME, Alive, Film
from engine.film_frames import frames
from engine.frame import upright
from engine.types import Pixels

# Of 50 or 60 frames a second every other is enough to know a scene again.
_APART_MS = 30
_MS = Fraction(1, 1000)
# The directory of 150 frames stands before them, so that a browser plays as it reads: 12 kB are room for 400.
_HEAD_BYTES = "12000"


@dataclass(frozen=True, slots=True)
class Coding:
    """How a clip is written, and where: good enough at some 100 kB a second, and quick."""

    codec: str
    form: str
    options: dict[str, str]
    container: dict[str, str]


MP4 = Coding(
    "libx264",
    "mp4",
    {"preset": "veryfast", "crf": "24", "profile": "main"},
    {"moov_size": _HEAD_BYTES},
)
WEBM = Coding(
    "libvpx-vp9", "webm", {"deadline": "realtime", "cpu-used": "7", "crf": "34", "b": "0"}, {}
)


def coding() -> Coding:
    """The best there is. What it takes is loaded then: afterwards no file can be opened."""
    for one in (MP4, WEBM):
        try:
            _encoded(iter([(0, np.zeros((16, 16, 3), np.uint8))]), one)
        except FFmpegError:
            continue
        return one
    raise Unreadable(NO_FRAME)


def clip(
    film: Film, from_ms: int, to_ms: int, long_side: int, alive: Alive, *, how: Coding = MP4
) -> bytes:
    """The film from one time to another, upright, in sRGB's colours, at most `long_side` px.

    Where the film ends before, so does the clip. Raises Unreadable where no frame can be read.
    """
    shown = (
        (ms, upright(frame, film.aspect, long=long_side))
        for ms, frame in _thinned(_within(film, from_ms, to_ms, alive))
    )
    return _encoded(shown, how)


def is_mp4(clip: bytes) -> bool:
    """Of what this module wrote."""
    return clip[4:8] == b"ftyp"


def _within(film: Film, from_ms: int, to_ms: int, alive: Alive) -> Iterator[tuple[int, VideoFrame]]:
    """Frames as they are shown between the two, counted from the first; the last one again at the end."""
    held: tuple[int, VideoFrame] | None = None
    for ms, frame in frames(film, from_ms, alive):
        if held is not None and ms > from_ms:
            yield max(held[0] - from_ms, 0), held[1]
        if held is not None and ms >= to_ms:
            yield to_ms - from_ms - _APART_MS, held[1]
            return
        held = ms, frame
    if held is not None:
        yield max(held[0] - from_ms, 0), held[1]


def _thinned(shown: Iterator[tuple[int, VideoFrame]]) -> Iterator[tuple[int, VideoFrame]]:
    last = -_APART_MS
    for ms, frame in shown:
        if ms - last >= _APART_MS:
            last = ms
            yield ms, frame


def _encoded(shown: Iterator[tuple[int, Pixels]], how: Coding) -> bytes:
    out = BytesIO()
    with av.open(out, "w", format=how.form, options=how.container) as container:
        container.flags = Flags.bitexact.value  # type: ignore[assignment] # neither name nor version of a program
        stream = None
        for ms, pixels in shown:
            stream = stream or _stream(container, pixels, how)
            container.mux(_packets(stream, _frame(pixels, ms, stream)))
        if stream is None:
            raise Unreadable(NO_FRAME)
        container.mux(_packets(stream, None))
    return out.getvalue()


def _stream(container: OutputContainer, pixels: Pixels, how: Coding) -> VideoStream:
    stream = cast("VideoStream", container.add_stream(how.codec, rate=25, options=how.options))
    # Colours at half resolution want even sides.
    stream.height, stream.width = (max(2, side // 2 * 2) for side in pixels.shape[:2])
    stream.pix_fmt = "yuv420p"
    stream.codec_context.time_base = _MS
    stream.codec_context.thread_count = 2
    stream.codec_context.colorspace = int(Colorspace.ITU709)
    return stream


def _packets(stream: VideoStream, frame: VideoFrame | None) -> list[Packet[VideoStream]]:
    """Of the last frame the container has to be told how long it is shown."""
    packets = stream.encode(frame)
    for packet in packets:
        packet.duration = _APART_MS
    return packets


def _frame(pixels: Pixels, ms: int, stream: VideoStream) -> VideoFrame:
    frame = VideoFrame.from_ndarray(pixels, format="rgb24").reformat(
        stream.width, stream.height, "yuv420p", dst_colorspace=Colorspace.ITU709
    )
    frame.pts, frame.time_base = ms, _MS
    return frame
