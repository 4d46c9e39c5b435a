"""Small films, made anew for each test."""

from fractions import Fraction

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.stream import Disposition
from av.video.frame import VideoFrame

SIZE = (160, 90)
# Enough to tell frames apart, fast enough to make hundreds of them.
FAST = {"preset": "ultrafast", "crf": "18"}


def shot(number, size=SIZE):
    """A picture for each number, with light and dark in all its quarters."""
    width, height = size
    fields = np.random.default_rng(number).integers(0, 256, (5, 8, 3), np.uint8)
    return np.kron(fields, np.ones((height // 5, width // 8, 1), np.uint8))


def every_second(size=SIZE, rate=25):
    """Another picture each second, and a bar that says which frame of it this is."""

    def picture(i):
        pixels = shot(i // rate, size).copy()
        pixels[-8:, : 4 * (i % rate) + 4] = 255
        return pixels

    return picture


def make_film(
    path,
    pictures,
    *,
    times=None,
    rate=25,
    codec="libx264",
    pix_fmt="yuv420p",
    form=None,
    options=None,
    stream_options=None,
    setup=lambda stream: None,
):
    """Write frames: `pictures` (h, w, 3) uint8, one after another; `times` in ms, else `rate` a second."""
    pictures = iter(pictures)
    first = next(pictures)
    with av.open(str(path), "w", format=form, options=options or {}) as out:
        fast = FAST if codec in {"libx264", "libx265"} else {}
        stream = out.add_stream(codec, rate=rate, options={**fast, **(stream_options or {})})
        stream.height, stream.width = first.shape[:2]
        stream.pix_fmt = pix_fmt
        stream.codec_context.time_base = Fraction(1, 1000)
        setup(stream)
        for i, picture in enumerate((first, *pictures)):
            frame = VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts = times[i] if times else i * 1000 // rate
            frame.time_base = Fraction(1, 1000)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def sound(path, *, cover=None):
    """Music, and the picture on its sleeve."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream("aac", rate=44_100)
        if cover is not None:
            picture = out.add_stream("mjpeg", rate=1)
            picture.width, picture.height, picture.pix_fmt = 160, 90, "yuvj420p"
            picture.disposition = Disposition.attached_pic
            out.mux(picture.encode(VideoFrame.from_ndarray(cover, format="rgb24")))
        for i in range(20):
            frame = AudioFrame.from_ndarray(
                np.zeros((1, 1_024), np.float32), format="fltp", layout="mono"
            )
            frame.sample_rate, frame.pts = 44_100, i * 1_024
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path
