import itertools

import av
import cv2
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from engine import animation
from engine.animation import frame_size, journey, write_film
from engine.grid import Grid
from engine.strips import strips
from engine.types import Plan

NEAR = 1e-6


class Tiles:
    """Twenty tiles, unlike from left to right."""

    def __init__(self):
        small = np.random.default_rng(0).integers(0, 256, (20, 3, 3, 3), dtype=np.uint8)
        self.pictures = [cv2.resize(tile, (128, 128)) for tile in small]

    def jpegs(self, numbers):
        for number in numbers:
            yield cv2.imencode(".jpg", self.pictures[number])[1].tobytes()


@pytest.fixture(scope="module")
def plan():
    numbers = np.random.default_rng(1).integers(0, 20, 24 * 20).astype(np.int32)
    return Plan(Grid(24, 20, (0, 0, 1, 1)), numbers, np.zeros(24 * 20, np.float32))


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(animation, "LONG_SIDE", 240)


@given(st.integers(1, 300), st.integers(1, 300))
@example(2, 10)
@example(300, 2)
def test_windows_grow_from_a_tile_to_the_whole_and_never_leave_the_mosaic(cols, rows):
    grid = Grid(cols, rows, (0, 0, 1, 1))
    width, height = size = frame_size(grid)
    assert (width % 2, height % 2) == (0, 0)
    boxes = [
        (w.left, w.top, w.left + w.across, w.top + w.across * height / width)
        for w in journey(grid, size)
    ]
    for inner, outer in itertools.pairwise(boxes):
        assert outer[0] <= inner[0] + NEAR
        assert outer[1] <= inner[1] + NEAR
        assert outer[2] >= inner[2] - NEAR
        assert outer[3] >= inner[3] - NEAR
    left, top, right, bottom = boxes[-1]
    assert min(left, top) >= -NEAR
    assert right <= cols + NEAR
    assert bottom <= rows + NEAR
    assert max(right - left - cols, bottom - top - rows) == pytest.approx(0, abs=NEAR)


def test_the_film_ends_with_the_mosaic_and_begins_in_its_middle(plan, tmp_path):
    write_film(plan, Tiles(), tmp_path / "m.mp4")
    with av.open(tmp_path / "m.mp4") as film:
        assert film.streams.video[0].codec_context.name == "h264"
        frames = [frame.to_ndarray(format="rgb24") for frame in film.decode(video=0)]
    assert 180 < len(frames) < 260
    whole = np.concatenate(list(strips(plan, Tiles(), 10)))
    assert frames[-1].shape == whole.shape == (200, 240, 3)
    assert np.abs(frames[-1].astype(int) - whole).mean() < 14
    tile = cv2.resize(Tiles().pictures[plan.assignment[10 * 24 + 12]], (124, 124))[:, :, ::-1]
    middle = frames[0][38:162, 58:182]
    assert np.abs(middle.astype(int) - tile)[10:-10, 10:-10].mean() < 14


def test_a_machine_without_the_encoder_gets_a_webp(plan, tmp_path, monkeypatch):
    monkeypatch.setattr(animation, "FRAMES_PER_SECOND", 4)
    write_film(plan, Tiles(), tmp_path / "m.webp")
    with Image.open(tmp_path / "m.webp") as film:
        assert (film.format, film.size) == ("WEBP", (240, 200))
        assert film.n_frames > 15
        assert film.info["loop"] == 1


def test_a_cancel_leaves_nothing(plan, tmp_path):
    def cancel(stage, share):
        raise InterruptedError(stage)

    with pytest.raises(InterruptedError):
        write_film(plan, Tiles(), tmp_path / "m.mp4", progress=cancel)
    assert list(tmp_path.iterdir()) == []
