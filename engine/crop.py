"""Which square of a picture becomes a tile. Takes a second to import: it brings half of scikit-image."""

from __future__ import annotations

import functools
from pathlib import Path

import numpy as np
import skimage
from numpy.typing import NDArray
from PIL import Image
from scipy import fft, ndimage
from skimage.feature import Cascade

from engine.tile import Box

# Faces are looked for at this long side: 50 ms a picture, and a face counts from an eighth of it on.
_LONG_SIDE = 192
_FACE_MIN_PX = 24
# A face that fits is worth more than all the rest of the picture, and the middle is for those in doubt.
_FACE_WEIGHT, _MIDDLE_WEIGHT = 2.0, 0.05
# The residual is seen at a size at which a subject is a few pixels wide, and smoothed by as many.
_RESIDUAL_PX, _RESIDUAL_BLUR = 64, 2.5


def salient_box(picture: Image.Image) -> Box:
    """The largest square of an upright picture where a face, or else the subject, is.

    picture : RGB or grey, any size. The same pixels always give the same square.

    Frontal faces are found by local binary patterns [1]_ in scikit-image's own cascade; how much of the rest is looked at
    is taken from the spectral residual [2]_ and the slopes of luminance, half and half.

    .. [1] Liao, Zhu, Lei, Zhang, Li (2007): Learning Multi-scale Block Local Binary Patterns for Face Recognition.
       :DOI:`10.1007/978-3-540-74549-5_87`
    .. [2] Hou, Zhang (2007): Saliency Detection: A Spectral Residual Approach. :DOI:`10.1109/CVPR.2007.383267`
    """
    side, length = min(picture.size), max(picture.size)
    if side == length:
        return (0, 0, side, side)
    lying = picture.width > picture.height
    small = np.asarray(_reduced(picture.convert("RGB")))
    # Along the longer side, whichever it is.
    profile = interest(small).sum(axis=0 if lying else 1)
    spans = [(face[1], face[3]) if lying else (face[0], face[2]) for face in faces(small)]
    share = len(profile) / length
    start = min(length - side, round(_best_start(profile, spans, side * share) / share))
    return (start, 0, start + side, side) if lying else (0, start, side, start + side)


def faces(pixels: NDArray[np.uint8]) -> list[Box]:
    """Frontal faces of (h, w, 3) uint8 as (top, left, bottom, right), those of at least 24 px."""
    found = _cascade().detect_multi_scale(
        img=pixels,
        scale_factor=1.2,
        step_ratio=1,
        min_size=(_FACE_MIN_PX, _FACE_MIN_PX),
        max_size=(max(pixels.shape),) * 2,
    )
    return [
        (face["r"], face["c"], face["r"] + face["height"], face["c"] + face["width"])
        for face in found
    ]


def interest(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """How much each pixel of (h, w, 3) uint8 is looked at: (h, w), together 1; the same everywhere in a blank picture."""
    grey = pixels.mean(axis=2)
    slopes = np.hypot(*np.gradient(grey)) if min(grey.shape) > 1 else np.zeros(grey.shape)
    return (_as_shares(_residual(grey)) + _as_shares(slopes)) / 2


def _reduced(picture: Image.Image) -> Image.Image:
    scale = min(1.0, _LONG_SIDE / max(picture.size))
    width, height = (max(1, round(length * scale)) for length in picture.size)
    return picture.resize((width, height), Image.Resampling.BOX)


def _best_start(profile: NDArray[np.float64], spans: list[tuple[int, int]], side: float) -> float:
    """Where along the profile a window of `side` starts that holds the most."""
    width = max(1, min(len(profile), round(side)))
    starts = np.arange(len(profile) - width + 1)
    held = np.concatenate([[0.0], profile.cumsum()])
    worth = held[starts + width] - held[starts]
    middle = (len(starts) - 1) / 2
    worth += _MIDDLE_WEIGHT * (1 - np.abs(starts - middle) / max(1.0, middle))
    seen = sum((last - first) ** 2 for first, last in spans)
    for first, last in spans:
        inside = np.minimum(starts + width, last) - np.maximum(starts, first)
        share = np.maximum(inside, 0) / (last - first)
        worth += _FACE_WEIGHT * share * (last - first) ** 2 / seen
    # Rounded, so that sums in another order choose no other square.
    best = np.flatnonzero(worth.round(9) == worth.round(9).max())
    return float(best[np.abs(best - middle).argmin()])


def _residual(grey: NDArray[np.float64]) -> NDArray[np.float64]:
    """What is unexpected in the spectrum of a picture, back in the picture."""
    step = max(1, -(-max(grey.shape) // _RESIDUAL_PX))
    spectrum = fft.fft2(ndimage.uniform_filter(grey, step)[::step, ::step])
    amplitude = np.log(np.abs(spectrum) + 1e-6)
    rest = amplitude - ndimage.uniform_filter(amplitude, 3, mode="wrap")
    seen = np.abs(fft.ifft2(np.exp(rest + 1j * np.angle(spectrum)))) ** 2
    large = np.repeat(np.repeat(ndimage.gaussian_filter(seen, _RESIDUAL_BLUR), step, 0), step, 1)
    return np.asarray(large[: grey.shape[0], : grey.shape[1]])


def _as_shares(values: NDArray[np.float64]) -> NDArray[np.float64]:
    total = values.sum()
    return values / total if total > 0 else np.full(values.shape, 1 / values.size)


@functools.cache
def _cascade() -> Cascade:
    # Its place in the package, not `skimage.data`: that would copy it into a cache, and the child writes no file.
    folder = Path(skimage.__file__).parent / "data"
    return Cascade(str(folder / "lbpcascade_frontalface_opencv.xml"))
