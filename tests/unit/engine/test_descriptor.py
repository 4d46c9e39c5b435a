import numpy as np
import pytest
from skimage.color import rgb2lab

from engine.descriptor import DIMS, LENGTH, Basis, describe


def slow_descriptor(thumb):
    """The definition, window after window."""
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    values = thumb.astype(float)
    structure, light = [], []
    for y in range(3):
        for x in range(3):
            for channel in range(3):
                window = values[y : y + 3, x : x + 3, channel].ravel()
                scale = 1 / np.sqrt(8 * 27 * (2 * window.var(ddof=1) + c2))
                structure += list((window - window.mean()) * scale)
                light.append(np.arcsinh(window.mean() * np.sqrt(2 / c1)) / np.sqrt(54))
    color = rgb2lab(np.rint(values.mean(axis=(0, 1)) - 1e-9) / 255)
    return np.concatenate(
        [structure, light, values.ravel() * np.sqrt(0.0003 / 75), color * np.sqrt(0.0015) * 0.7]
    )


def test_descriptors_are_the_definition(real_thumbs):
    thumbs = np.concatenate(
        [real_thumbs[::100], np.zeros((1, 5, 5, 3)), np.full((1, 5, 5, 3), 255)]
    )
    thumbs = thumbs.astype(np.uint8)
    slow = np.array([slow_descriptor(thumb) for thumb in thumbs])
    assert slow.shape == (len(thumbs), LENGTH)
    assert np.allclose(describe(thumbs), slow, atol=2e-4)


def test_points_are_the_descriptors_along_the_basis(real_thumbs):
    basis = Basis.fit(real_thumbs)
    slow = (describe(real_thumbs) - basis.rows[0]) @ basis.rows[1:].T
    assert np.allclose(basis.points(real_thumbs), slow, atol=1e-4)


def test_a_basis_has_directions_of_length_one_at_right_angles_widest_first(real_thumbs):
    basis = Basis.fit(real_thumbs)
    assert np.allclose(basis.rows[1:] @ basis.rows[1:].T, np.eye(DIMS), atol=1e-5)
    spread = basis.points(real_thumbs).var(axis=0)
    assert (np.diff(spread) <= 1e-6).all()
    assert spread.sum() > 0.6 * describe(real_thumbs).var(axis=0).sum()


@pytest.mark.parametrize("count", [1, 2, 5])
def test_a_few_tiles_have_a_basis_too(real_thumbs, count):
    points = Basis.fit(real_thumbs[:count]).points(real_thumbs[:count])
    assert np.isfinite(points).all()
    assert len(np.unique(points.round(3), axis=0)) == count


def test_a_descriptor_is_the_same_in_any_company(real_thumbs):
    basis = Basis.fit(real_thumbs)
    many = np.concatenate([real_thumbs, real_thumbs])
    assert (basis.points(many)[1_500:] == basis.points(real_thumbs)).all()
    assert (describe(real_thumbs[700:701]) == describe(real_thumbs)[700]).all()


def test_brightness_is_told_apart_at_each_of_its_steps():
    thumbs = np.repeat(np.arange(256, dtype=np.uint8), 75).reshape(-1, 5, 5, 3)
    light = describe(thumbs)[:, 243:270]
    wanted = np.arcsinh(np.arange(256) * np.sqrt(2 / (0.01 * 255) ** 2)) / np.sqrt(54)
    assert np.allclose(light, wanted[:, np.newaxis], atol=1e-6)
    assert (np.diff(light, axis=0) > 0).all()
