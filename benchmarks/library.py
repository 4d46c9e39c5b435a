"""Thumbs to measure with: those of a person's tiles, cuts of photographs, and libraries of any size grown from either."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from skimage import data

from engine.decode import jpeg_bytes
from engine.limits import THUMB_PX, TILE_PX
from engine.read_batches import read_tiles
from engine.types import Pixels, Thumbs, TileRead

# Photographs that come with scikit-image: on three of them everything is measured, of the others tiles are cut.
PHOTOS = ("astronaut", "chelsea", "coffee")
SOURCES = ("rocket", "hubble_deep_field", "retina", "immunohistochemistry", "camera", "grass")
DEFAULT_TILES = 20_000
# Variations made at a time.
_PART = 100_000


def thumbs_from(place: str) -> Thumbs:
    """Thumbs of an .npz (its array `thumbs`) or of the pictures in a folder; of cuts of photographs where none is named."""
    if not place:
        return cuts(DEFAULT_TILES)
    path = Path(place)
    if path.is_dir():
        files = (
            (str(file), file.read_bytes()) for file in sorted(path.rglob("*")) if file.is_file()
        )
        return np.stack([read.thumb for read in read_tiles(files) if isinstance(read, TileRead)])
    with np.load(path) as arrays:
        thumbs: Thumbs = arrays["thumbs"]
        return thumbs


def photo(name: str, long_side: int = 600) -> Pixels:
    """A photograph of scikit-image at the size the original worked on."""
    picture = Image.fromarray(getattr(data, name)())
    scale = long_side / max(picture.size)
    size = (round(picture.width * scale), round(picture.height * scale))
    return np.asarray(picture.resize(size, Image.Resampling.LANCZOS))


def cuts(count: int) -> Thumbs:
    """Thumbs of squares of photographs, each under a light of its own: (count, 5, 5, 3) uint8, always the same."""
    rng = np.random.default_rng(0)
    pictures = [Image.fromarray(getattr(data, name)()).convert("RGB") for name in SOURCES]
    thumbs = np.empty((count, THUMB_PX, THUMB_PX, 3), np.uint8)
    for i in range(count):
        picture = pictures[i % len(pictures)]
        side = int(rng.integers(8, min(picture.size) // 2))
        left, top = (int(rng.integers(0, length - side)) for length in picture.size)
        box = (left, top, left + side, top + side)
        small = picture.resize((THUMB_PX, THUMB_PX), Image.Resampling.BOX, box=box)
        light = rng.uniform(0.6, 1.3) * rng.uniform(0.8, 1.2, 3)
        thumbs[i] = (np.asarray(small) * light).clip(0, 255)
    return thumbs


def grow(thumbs: Thumbs, count: int, path: Path) -> None:
    """Write a library of `count` thumbs as .npy: the given ones in a random order, and variations of them where they end.

    A variation is a thumb with up to a third of another one over it, up to a fifth more or less of contrast, up to 24 steps
    brighter or darker, and a grain of up to 3 steps: as another photograph of something like it. The same count, the same
    library; memory does not grow with it.
    """
    rng = np.random.default_rng(count)
    order = rng.permutation(len(thumbs))[:count]
    out = np.lib.format.open_memmap(path, "w+", np.uint8, (count, *thumbs.shape[1:]))
    out[: len(order)] = thumbs[order]
    for start in range(len(order), count, _PART):
        size = min(_PART, count - start)
        one, other = (thumbs[rng.integers(0, len(thumbs), size)] for _ in range(2))
        out[start : start + size] = _varied(one, other, rng)
    out.flush()


def _varied(one: Thumbs, other: Thumbs, rng: np.random.Generator) -> Thumbs:
    def each(low: float, high: float) -> NDArray[np.float32]:
        return rng.uniform(low, high, (len(one), 1, 1, 1)).astype(np.float32)

    share = each(0, 1 / 3)
    values = one * (1 - share) + other * share
    middle = values.mean(axis=(1, 2, 3), keepdims=True)
    grain = rng.integers(-3, 4, one.shape, np.int8)
    values = (values - middle) * each(0.8, 1.2) + middle + each(-24, 24) + grain
    return np.rint(values).clip(0, 255).astype(np.uint8)


class Enlarged:
    """Pictures for thumbs that have none: the thumb at the size of a tile, with a grain, so that a JPEG is as large as usual."""

    def __init__(self, thumbs: Thumbs) -> None:
        self._thumbs = thumbs
        self._grain = np.random.default_rng(0).integers(-9, 10, (TILE_PX, TILE_PX, 1), np.int8)

    def jpegs(self, numbers: NDArray[np.int64]) -> Iterable[bytes]:
        """A JPEG of each tile number."""
        for number in numbers:
            large = cv2.resize(
                self._thumbs[number], (TILE_PX, TILE_PX), interpolation=cv2.INTER_CUBIC
            )
            yield jpeg_bytes((large.astype(np.int16) + self._grain).clip(0, 255).astype(np.uint8))
