import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from skimage.color import deltaE_ciede2000, rgb2lab
from skimage.metrics import structural_similarity

from engine.far import far_color_error, far_ssim, picture


@pytest.fixture(scope="module")
def pair(astronaut):
    """A photograph of 100 x 75 px and the same one with noise and another light."""
    first = astronaut[40:115, 160:260]
    noise = np.random.default_rng(0).normal(0, 20, first.shape)
    return first, (first * 0.9 + noise + 12).clip(0, 255).astype(np.uint8)


def blurred(pixels, sigma):
    return gaussian_filter(pixels.astype(float) / 255, (sigma, sigma, 0))


def test_color_error_is_that_of_scipy_and_scikit_image(pair):
    expected = deltaE_ciede2000(*(rgb2lab(blurred(pixels, 2.5)) for pixels in pair)).mean()
    assert expected > 2
    assert far_color_error(*pair) == pytest.approx(expected, abs=1e-3)


def test_ssim_is_that_of_scipy_and_scikit_image(pair):
    a, b = (blurred(pixels, 1.5) for pixels in pair)
    expected = structural_similarity(a, b, channel_axis=2, data_range=1.0)
    assert expected < 0.96
    assert far_ssim(*pair) == pytest.approx(expected, abs=1e-5)


def test_a_single_row_of_cells_is_measured(pair):
    first, second = (pixels[:5] for pixels in pair)
    a, b = (blurred(pixels, 1.5) for pixels in (first, second))
    expected = structural_similarity(a, b, channel_axis=2, data_range=1.0, win_size=5)
    assert far_ssim(first, second) == pytest.approx(expected, abs=1e-5)


def test_a_picture_is_like_itself(pair):
    assert far_color_error(pair[0], pair[0]) == 0
    assert far_ssim(pair[0], pair[0]) == pytest.approx(1)


def test_a_picture_is_its_thumbs_row_by_row():
    thumbs = np.random.default_rng(0).integers(0, 256, (6, 5, 5, 3), dtype=np.uint8)
    whole = picture(thumbs, cols=3)
    assert whole.shape == (10, 15, 3)
    assert np.array_equal(whole[5:10, 5:10], thumbs[4])
