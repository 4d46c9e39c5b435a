"""Cutting up a film beside bare loops that only decode it, in one run: `python -m benchmarks.film [MINUTES]`.

`film_over_decode` is the time of `splice` at 1 frame a second over that of a loop that decodes every frame with the same
threads and keeps none. `film_over_key_decode` is the same at 0.1 frames a second, which key frames alone suffice for here,
over a loop that decodes every key frame.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.frame import VideoFrame
from PIL import Image
from skimage import data

from engine.film_options import FilmOptions
from engine.splice import splice
from engine.types import Pixels, TileRead

MINUTES = 60
WIDTH, HEIGHT, RATE = 1280, 720, 25
# Encoded once, and then repeated with later time stamps: so a film of an hour takes seconds to make.
SHOT_SECONDS, SHOTS = 4, 5


def measure(minutes: float = MINUTES) -> dict[str, object]:
    """Make a film in a temporary folder and measure: seconds, ratios and counts, by name."""
    with tempfile.TemporaryDirectory() as folder:
        film = make_film(Path(folder), minutes)
        decode_seconds, frames = decode(film)
        tiles_seconds, tiles = _splice(film, FilmOptions())
        key_seconds, keys = decode(film, keys_only=True)
        few_seconds, few = _splice(film, FilmOptions(frames_per_second=0.1))
    return {
        "film_minutes": minutes,
        "film_frames": frames,
        "film_key_frames": keys,
        "film_tiles": tiles,
        "film_tiles_by_keys": few,
        "film_decode_seconds": round(decode_seconds, 2),
        "film_seconds": round(tiles_seconds, 2),
        "film_over_decode": round(tiles_seconds / decode_seconds, 2),
        "film_key_decode_seconds": round(key_seconds, 2),
        "film_by_keys_seconds": round(few_seconds, 2),
        "film_over_key_decode": round(few_seconds / key_seconds, 2),
    }


def make_film(folder: Path, minutes: float) -> Path:
    """A 720p film of H.264 with cuts, moving pictures and grain, the same on every run."""
    part, whole = folder / "part.mp4", folder / "film.mp4"
    with av.open(str(part), "w") as out:
        stream = out.add_stream("libx264", rate=RATE, options={"preset": "veryfast", "crf": "23"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for pixels in _moving():
            out.mux(stream.encode(VideoFrame.from_ndarray(pixels, format="rgb24")))
        out.mux(stream.encode(None))
    _repeat(part, whole, max(1, round(minutes * 60 / (SHOT_SECONDS * SHOTS))))
    return whole


def _moving() -> Iterator[Pixels]:
    rng = np.random.default_rng(0)
    grain = rng.integers(-6, 7, (HEIGHT * 2, WIDTH * 2, 1), np.int16)
    for shot in range(SHOTS):
        names = ("astronaut", "coffee", "chelsea", "rocket", "retina")
        picture = Image.fromarray(getattr(data, names[shot])()).resize((WIDTH * 3 // 2, HEIGHT * 2))
        wide = np.asarray(picture).astype(np.int16)
        for i in range(SHOT_SECONDS * RATE):
            y, x = rng.integers(0, HEIGHT, 2)
            seen = wide[i * 3 : i * 3 + HEIGHT, i * 5 : i * 5 + WIDTH]
            noisy = seen + grain[y : y + HEIGHT, x : x + WIDTH]
            yield np.clip(noisy, 0, 255).astype(np.uint8)


def _repeat(part: Path, whole: Path, times: int) -> None:
    with av.open(str(part)) as source, av.open(str(whole), "w") as out:
        stream = source.streams.video[0]
        copy = out.add_stream_from_template(stream)
        packets = [packet for packet in source.demux(stream) if packet.dts is not None]
        stamps = [(packet.pts, packet.dts) for packet in packets]
        length = round(SHOT_SECONDS * SHOTS / (stream.time_base or Fraction(1, 1000)))
        for turn in range(times):
            for packet, (pts, dts) in zip(packets, stamps, strict=True):
                packet.pts, packet.dts = (pts or 0) + turn * length, (dts or 0) + turn * length
                packet.time_base, packet.stream = stream.time_base or Fraction(1, 1000), copy
                out.mux(packet)


def decode(film: Path, *, keys_only: bool = False) -> tuple[float, int]:
    """Seconds of a loop that decodes every frame, or every key frame, with all threads and keeps none; and how many came."""
    start = time.perf_counter()
    with av.open(str(film)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        if keys_only:
            stream.codec_context.skip_frame = "NONKEY"
        frames = sum(1 for _ in container.decode(stream))
    return time.perf_counter() - start, frames


def _splice(film: Path, options: FilmOptions) -> tuple[float, int]:
    start = time.perf_counter()
    tiles = sum(isinstance(read, TileRead) for read in splice(film, options))
    return time.perf_counter() - start, tiles


if __name__ == "__main__":
    print(json.dumps(measure(*map(float, sys.argv[1:]))))
