"""A film that nobody has vouched for: opened so that it can open nothing else, its packets in order, one pass.

For child processes alone. FFmpeg reads MP4, MOV, MKV and WebM here, from one file; every other format and every protocol
is off, so a playlist under whatever name is refused instead of followed.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from engine.errors import TooLarge, Unreadable
from engine.limits import FILM_MAX_PIXELS, THUMB_PX

TAKEN = "MP4, MOV, MKV and WebM films are read"
NO_FILM = f"This is not a film, whatever its name says, or it is cut off; {TAKEN}. Copy it again, or save it as MP4."
NO_PICTURE = "This film has sound but no picture, so there is nothing to make tiles of."
NO_FRAME = "No frame of this film can be read. Copy it again, or save it as MP4 in a video program."
TOO_LARGE = (
    f"The picture of this film has more than {FILM_MAX_PIXELS // 1_000_000} megapixels, the most we take. "
    "Save it in 4K or smaller."
)
EMPTY = "This file is empty. Copy it again from where it came, or leave it out."

_OPTIONS = {
    "format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm",
    "protocol_whitelist": "file",
}
# Every thread holds a frame of its own: on a machine of many cores 8K would need more memory than the child has.
_THREADS, _LARGE_PIXELS = 8, 9_000_000

Alive = Callable[[int], None]
"""Called for every packet with 0, for every frame with its time in ms: reading goes on, and has come so far. And with
DAMAGE for what cannot be decoded."""
DAMAGE = -1


def silent(_: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Film:
    """What is known of a film before it is read.

    zero : time stamp of its first frame, in units of `time_base` seconds; all times count from there.
    length_ms : how long its picture says that it lasts, None where it does not say.
    frame_ms : how long a frame is shown.
    aspect : how wide a pixel is for its height.
    keys_ms : when its key frames come, as far as its index lists them, in ascending order; a few frames early in MP4,
        whose index has the order of decoding.
    """

    path: Path
    zero: int
    time_base: Fraction
    length_ms: int | None
    frame_ms: int
    aspect: Fraction
    keys_ms: tuple[int, ...]

    def ms(self, stamp: int) -> int:
        """A time stamp in ms from the first frame on, rounded up: at that ms the frame is shown."""
        return -(
            (self.zero - stamp) * 1000 * self.time_base.numerator // self.time_base.denominator
        )

    def stamp(self, ms: int) -> int:
        """The time stamp of a time in ms, rounded down."""
        return self.zero + ms * self.time_base.denominator // (1000 * self.time_base.numerator)


def inspect(path: Path) -> Film:
    """Open a film, read its first frame, and close it. Raises Unreadable or TooLarge with a sentence."""
    if path.stat().st_size == 0:
        raise Unreadable(EMPTY)
    with opened(path) as (container, stream):
        frames = (frame for packet in packets(container, stream) for frame in decoded(packet))
        first = next((frame.pts for frame in frames if frame.pts is not None), None)
        base = stream.time_base
        if first is None or base is None:
            raise Unreadable(NO_FRAME)
        with contextlib.suppress(FFmpegError):  # an MKV reads its index when it is first needed
            container.seek(first, stream=stream)
        aspect = stream.sample_aspect_ratio or Fraction(1)
        length = _length_ms(container, stream)
        film = Film(path, first, base, length, _frame_ms(stream), aspect, ())
        keys = sorted(film.ms(e.timestamp) for e in stream.index_entries if e.is_keyframe)
        return replace(film, keys_ms=tuple(keys))


class opened:  # noqa: N801 - read as a verb: with opened(path) as ...
    """The container and its picture, for the time of a `with`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> tuple[InputContainer, VideoStream]:
        try:
            # An address, so that no name of a file is taken for one.
            self._container = av.open(
                f"file:{self._path}", options=dict(_OPTIONS), metadata_errors="replace"
            )
        except (FFmpegError, OSError):
            raise Unreadable(NO_FILM) from None
        try:
            stream = _picture(self._container)
        except BaseException:
            self._container.close()
            raise
        stream.thread_type = "AUTO"
        large = stream.width * stream.height > _LARGE_PIXELS
        stream.codec_context.thread_count = min(os.cpu_count() or 1, 2 if large else _THREADS)
        return self._container, stream

    def __exit__(self, *_: object) -> None:
        self._container.close()


def packets(
    container: InputContainer, stream: VideoStream, alive: Alive = silent
) -> Iterator[Packet[VideoStream]]:
    """Packets of the picture to where the file ends or breaks off."""
    with contextlib.suppress(FFmpegError):  # a file that breaks off ends there
        for packet in container.demux(stream):
            alive(0)
            yield packet


def decoded(packet: Packet[VideoStream], alive: Alive = silent) -> Sequence[VideoFrame]:
    """Frames that a packet brings out of its decoder; none where it is damaged."""
    try:
        return packet.decode()
    except FFmpegError as error:
        if error.errno == errno.ENOMEM:
            raise MemoryError from None
        alive(DAMAGE)
        return []  # the next key frame mends it


def _picture(container: InputContainer) -> VideoStream:
    """The moving picture of a film; the cover of a piece of music is none."""
    pictures = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
    if not pictures:
        raise Unreadable(NO_PICTURE)
    stream = next((s for s in pictures if s.disposition & Disposition.default), pictures[0])
    # A picture packed in a way that nobody knows has no size either.
    width, height = getattr(stream, "width", 0), getattr(stream, "height", 0)
    if min(width, height) < THUMB_PX:
        raise Unreadable(NO_FRAME)
    if width * height > FILM_MAX_PIXELS:
        raise TooLarge(TOO_LARGE)
    return stream


def _length_ms(container: InputContainer, stream: VideoStream) -> int | None:
    if stream.duration is not None and stream.time_base is not None:
        return int(stream.duration * stream.time_base * 1000)
    # MKV: of each track, if it was written by one who cares; else of the longest track.
    said = re.fullmatch(r"(\d+):(\d+):(\d+)\.(\d{3})\d*", stream.metadata.get("DURATION", ""))
    if said:
        hours, minutes, seconds, ms = map(int, said.groups())
        return ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms
    return container.duration // 1000 if container.duration else None


def _frame_ms(stream: VideoStream) -> int:
    # Not the average first: a hole makes frames look longer than they are.
    rate = stream.guessed_rate or stream.average_rate
    return int(1000 / rate) if rate else 40
