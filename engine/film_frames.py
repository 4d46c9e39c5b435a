"""Frames of a film in order, in one pass: every one, or key frames alone. For child processes alone."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from av.error import FFmpegError
from av.packet import Packet
from av.stream import Discard
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from engine.film import Alive, Film, decoded, opened, packets, silent
from engine.sampling import SampleTimes

# Reading begins this much before the first frame that is wanted: what a decoder gets right only after a while is past.
_RUN_UP_MS = 1_000


def frames(film: Film, from_ms: int, alive: Alive) -> Iterator[tuple[int, VideoFrame]]:
    """Every frame that is shown at `from_ms` or later, and a few before, as (ms, frame) in ascending order.

    What is damaged is passed over; reading ends where the file ends.
    """
    target = from_ms - _RUN_UP_MS
    if target > 0:
        found = _ascending(film, _from(film, target, alive), alive)
        start = next(found, None)
        if start is not None and start[0] <= target:
            yield start
            yield from found
            return
    # From the beginning, too, where an index is missing or leads astray.
    yield from _ascending(film, _from(film, 0, alive), alive)


def key_frames(
    film: Film, from_ms: int, times: SampleTimes, alive: Alive
) -> Iterator[tuple[int, VideoFrame]]:
    """Of the key frames from `from_ms` on those that are shown when they are looked at; nothing else is decoded."""
    with opened(film.path) as (container, stream):
        stream.codec_context.skip_frame = "NONKEY"
        stream.discard = Discard.nonkey
        stream.thread_type = "SLICE"  # frame after frame, so that no thread holds one back
        if from_ms > _RUN_UP_MS:
            container.seek(film.stamp(from_ms - _RUN_UP_MS), stream=stream)
        stamped = (
            (film.ms(packet.pts), packet)
            for packet in packets(container, stream, alive)
            if packet.is_keyframe and packet.pts is not None
        )
        taken = (packet for _, _, packet in times.taken(stamped, last_ms=film.frame_ms))
        found = (frame for packet in taken for frame in _alone(packet, stream, alive))
        yield from _ascending(film, found, alive)


def _from(film: Film, target: int, alive: Alive) -> Iterator[VideoFrame]:
    """Frames from the last key frame before `target` on. None at all where the file cannot be sought in."""
    with opened(film.path) as (container, stream):
        if target > 0:
            try:
                container.seek(film.stamp(target), stream=stream)
            except FFmpegError:
                return
        key, begun = None, target <= 0
        for packet in packets(container, stream, alive):
            key = packet.pts if key is None else key
            # What leans on frames before the key frame is no damage.
            for frame in decoded(packet, alive if begun else silent):
                begun = True
                # Frames that come after a key frame and are shown before it may lean on what was not read.
                if target <= 0 or (frame.pts is not None and key is not None and frame.pts >= key):
                    yield frame


def _ascending(
    film: Film, found: Iterator[VideoFrame], alive: Alive
) -> Iterator[tuple[int, VideoFrame]]:
    """With their times, those without one or with one that is past left out."""
    last = -1
    for frame in found:
        ms = last if frame.pts is None else film.ms(frame.pts)
        if ms > last:
            last = ms
            alive(ms)
            yield ms, frame


def _alone(packet: Packet[VideoStream], stream: VideoStream, alive: Alive) -> list[VideoFrame]:
    """The frame of a packet that leans on no other, from a decoder that knows of no other.

    A decoder that is given key frames alone takes them for neighbours: where frames before a key frame lean on it, it puts
    them into a wrong order and loses most.
    """
    found = [*decoded(packet, alive)]
    with contextlib.suppress(FFmpegError):
        found += stream.decode(None)
    stream.codec_context.flush_buffers()
    return found
