"""Where the square is that becomes a tile."""

import numpy as np
import pytest
from PIL import Image, ImageDraw
from skimage import data

from engine import crop
from engine.crop import faces, interest, salient_box

# Of the photograph of Eileen Collins, 512 x 512: top, left, bottom, right of her face.
FACE = (65, 175, 185, 285)


def beside(astronaut, *, left, right):
    """The photograph between two plain walls."""
    return np.pad(astronaut, ((0, 0), (left, right), (0, 0)), constant_values=128)


def test_a_face_is_found(astronaut):
    small = np.asarray(Image.fromarray(astronaut).resize((192, 192), Image.Resampling.BOX))
    [face] = faces(small)
    scale = 192 / 512
    assert np.abs(np.array(face) - np.array(FACE) * scale).max() < 20


@pytest.mark.parametrize(("left", "right"), [(0, 700), (700, 0), (200, 400)])
@pytest.mark.parametrize("upright", [False, True])
def test_the_face_is_inside(astronaut, left, right, upright):
    """Lying with walls at the sides; standing with walls above and below."""
    wide = beside(astronaut, left=left, right=right)
    if upright:
        wide = np.pad(astronaut, ((left, right), (0, 0), (0, 0)), constant_values=128)
    box = salient_box(Image.fromarray(wide))
    side = min(wide.shape[:2])
    assert (box[2] - box[0], box[3] - box[1]) == (side, side)
    top, first, bottom, last = FACE
    if upright:
        assert box[1] <= left + top
        assert left + bottom <= box[3]
    else:
        assert box[0] <= left + first
        assert left + last <= box[2]


def test_the_face_is_inside_where_the_rest_is_livelier(astronaut):
    """A narrow window beside a picture full of detail: a face counts for more."""
    noise = np.random.default_rng(0).integers(0, 256, (512, 700, 3), np.uint8)
    box = salient_box(Image.fromarray(np.hstack([noise, astronaut])))
    assert box[0] <= 700 + FACE[1]
    assert 700 + FACE[3] <= box[2]


@pytest.mark.parametrize("at", [40, 300, 560])
def test_without_a_face_the_subject_is_inside(at):
    picture = Image.new("RGB", (640, 200), (120, 130, 140))
    ImageDraw.Draw(picture).ellipse((at, 60, at + 60, 140), fill=(220, 60, 20))
    left, top, right, bottom = salient_box(picture)
    assert (top, bottom, right - left) == (0, 200, 200)
    assert left <= at
    assert at + 60 <= right


@pytest.mark.parametrize(
    ("size", "box"), [((300, 100), (100, 0, 200, 100)), ((100, 300), (0, 100, 100, 200))]
)
def test_a_blank_picture_gives_its_middle(size, box):
    found = salient_box(Image.new("RGB", size, "teal"))
    assert np.abs(np.array(found) - box).max() <= 1


@pytest.mark.parametrize("size", [(5, 5), (5, 6), (5, 4_000), (4_000, 5), (191, 193)])
def test_every_size_gives_a_largest_square_inside(size):
    left, top, right, bottom = salient_box(Image.effect_noise(size, 50))
    assert right - left == bottom - top == min(size)
    assert left >= 0
    assert top >= 0
    assert right <= size[0]
    assert bottom <= size[1]


def test_the_same_picture_gives_the_same_square():
    picture = Image.fromarray(data.coffee())
    first = salient_box(picture)
    crop._cascade.cache_clear()
    assert salient_box(picture.copy()) == first


def test_interest_is_shared_out(astronaut):
    seen = interest(astronaut[:100, :150])
    assert seen.shape == (100, 150)
    assert seen.sum() == pytest.approx(1)
    assert interest(np.full((1, 9, 3), 7, np.uint8)) == pytest.approx(1 / 9, rel=1e-4)
