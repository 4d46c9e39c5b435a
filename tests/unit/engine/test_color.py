import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage.color import deltaE_ciede2000, rgb2lab

from engine.color import color_difference, lab, rgb

LIGHTNESS, A, B = st.floats(0, 100, width=32), st.floats(-110, 110), st.floats(-110, 110)
COLOR = st.tuples(LIGHTNESS, A, B).map(lambda color: np.array(color, np.float32))

# From the supplement to Sharma, Wu, Dalal (2005): pairs on which implementations were found to differ.
SHARMA = [
    ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
    ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0000),
    ((50, 0, 0), (50, -1, 2), 2.3669),
    ((50, 2.49, -0.001), (50, -2.49, 0.0009), 7.1792),
    ((50, 2.49, -0.001), (50, -2.49, 0.0011), 7.2195),
    ((50, -0.001, 2.49), (50, 0.0009, -2.49), 4.8045),
    ((50, -0.001, 2.49), (50, 0.0011, -2.49), 4.7461),
    ((50, 2.5, 0), (73, 25, -18), 27.1492),
    ((50, 2.5, 0), (58, 24, 15), 19.4535),
    ((22.7233, 20.0904, -46.694), (23.0331, 14.973, -42.5619), 2.0373),
    ((90.8027, -2.0831, 1.441), (91.1528, -1.6435, 0.0447), 1.4441),
    ((2.0776, 0.0795, -1.135), (0.9033, -0.0636, -0.5514), 0.9082),
]


@pytest.fixture(scope="module")
def pixels():
    """Greys, the edges of the cube and colours at random."""
    greys = np.repeat(np.arange(256, dtype=np.uint8)[:, np.newaxis], 3, axis=1)
    edges = np.array(np.meshgrid(*[[0, 1, 254, 255]] * 3), np.uint8).reshape(3, -1).T
    anything = np.random.default_rng(0).integers(0, 256, (20_000, 3), dtype=np.uint8)
    return np.concatenate([greys, edges, anything])


def test_lab_is_that_of_scikit_image(pixels):
    assert np.abs(lab(pixels) - rgb2lab(pixels)).max() < 0.003


def test_lab_between_the_steps_of_8_bits(pixels):
    between = np.random.default_rng(2).uniform(0, 255, pixels.shape).astype(np.float32)
    assert np.abs(lab(between) - rgb2lab(between / 255)).max() < 0.006
    assert np.array_equal(lab(pixels.astype(np.float32)), lab(pixels))


def test_lab_and_back_is_the_same_color(pixels):
    assert np.array_equal(rgb(lab(pixels)), pixels)


@pytest.mark.parametrize("shape", [(3,), (2, 3), (2, 5, 5, 3), (0, 3)])
def test_any_shape(shape):
    colors = np.full(shape, 77, np.uint8)
    assert lab(colors).shape == shape
    assert np.array_equal(rgb(lab(colors)), colors)
    assert color_difference(lab(colors), lab(colors)).shape == shape[:-1]


def test_a_view_is_read_as_it_stands(pixels):
    assert np.array_equal(lab(pixels[::-1, ::-1]), lab(pixels[::-1, ::-1].copy()))


@settings(deadline=None)
@given(COLOR, st.floats(0.5, 1))
def test_no_color_leaves_its_lightness(color, knee):
    """What cannot be shown loses vividness, not lightness: 8-bit steps are up to 1.2 of L in the dark."""
    shown = lab(rgb(color, knee=knee))
    assert abs(shown[0] - color[0]) < 1.3


def test_colors_too_vivid_stay_in_order():
    """With a knee, one more vivid than another stays more vivid, but for corners of the range where hues turn."""
    rng = np.random.default_rng(0)
    turn, steps = rng.uniform(0, 2 * np.pi, 2000), np.linspace(0, 60, 60)
    colors = np.empty((2000, 60, 3), np.float32)
    colors[..., 0] = rng.uniform(10, 90, 2000)[:, np.newaxis]
    colors[..., 1] = np.cos(turn)[:, np.newaxis] * steps
    colors[..., 2] = np.sin(turn)[:, np.newaxis] * steps
    vividness = np.linalg.norm(lab(rgb(colors, knee=0.7))[..., 1:], axis=2)
    falls = (np.maximum.accumulate(vividness, axis=1) - vividness).max(axis=1)
    assert np.percentile(falls, 99) < 1


def test_a_knee_tells_apart_what_cutting_off_would_not():
    vivid = np.array([[50, 90, 0], [50, 180, 0]], np.float32)
    cut, pressed = rgb(vivid).astype(int), rgb(vivid, knee=0.7).astype(int)
    assert np.abs(cut[0] - cut[1]).max() <= 2
    assert np.abs(pressed[0] - pressed[1]).max() > 8


@pytest.mark.parametrize(("first", "second", "expected"), SHARMA)
def test_differences_of_the_paper(first, second, expected):
    pair = np.array([first, second], np.float32)
    assert color_difference(pair[:1], pair[1:])[0] == pytest.approx(expected, abs=1e-4)
    assert color_difference(pair[1:], pair[:1])[0] == pytest.approx(expected, abs=1e-4)


def test_differences_are_those_of_scikit_image(pixels):
    first = lab(pixels)
    rng = np.random.default_rng(1)
    for second in (rng.permutation(first), first + rng.normal(0, 1, first.shape).astype("f4")):
        expected = deltaE_ciede2000(first, second)
        assert np.abs(color_difference(first, second) - expected).max() < 2e-4
