import os
import threading
from pathlib import Path

import numpy as np
import pytest
import pyvips
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.stream import Stream

OPEN = Path("/proc/self/fd")


def through(pixels, pieces):
    """What libvips reads when the rows are written in pieces."""
    stream = Stream(pixels.shape[1], pixels.shape[0])

    def write():
        for piece in pieces:
            stream.write(piece)
        stream.end()

    writing = threading.Thread(target=write)
    writing.start()
    try:
        image = stream.image(300)
        return np.asarray(image.numpy()), image.get("interpretation"), image.xres * 25.4
    finally:
        stream.drain()
        writing.join()


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 70), st.integers(1, 50), st.lists(st.integers(1, 49)), st.integers(0, 9))
def test_what_is_written_is_read(width, height, cuts, seed):
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    cuts = sorted(cut for cut in set(cuts) if cut < height)
    read, interpretation, dpi = through(pixels, np.split(pixels, cuts))
    assert np.array_equal(read, pixels)
    assert interpretation == "srgb"
    assert dpi == pytest.approx(300)


def test_more_than_a_pipe_holds(photo):
    pixels = np.tile(photo, (4, 5, 1))
    assert pixels.nbytes > 2 * 2**20
    assert np.array_equal(through(pixels, [pixels])[0], pixels)


def test_a_view_is_written_as_it_stands(photo):
    assert np.array_equal(through(photo[::2, ::-1], [photo[::2, ::-1]])[0], photo[::2, ::-1])


def test_too_few_rows_are_an_error_not_a_picture(photo):
    with pytest.raises(pyvips.Error):
        through(photo, [photo[:100]])


def test_nothing_stays_open(photo):
    before = len(list(OPEN.iterdir()))
    for _ in range(5):
        through(photo, [photo])
    assert len(list(OPEN.iterdir())) == before


def test_pixels_from_a_wrong_place_are_never_read():
    stream = Stream(10, 10)
    stream.write(np.ones((10, 10, 3), np.uint8))
    stream.end()
    stream._seek(-7, os.SEEK_END)
    assert stream._read(7) == b""
    stream._seek(-300, os.SEEK_END)
    assert stream._read(7) == b"\1" * 7
    stream.drain()
