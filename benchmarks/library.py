"""Thumbs to measure with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image
from skimage import data

from engine.decode import read_tiles
from engine.limits import THUMB_PX
from engine.types import Pixels, Thumbs, TileRead

DEFAULT_TILES = 20_000


def thumbs_from(place: str) -> Thumbs:
    """Thumbs of an .npz (its array `thumbs`) or of the pictures in a folder; of cuts of photographs where none is named."""
    if not place:
        return _cuts(DEFAULT_TILES)
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


def _cuts(count: int) -> Thumbs:
    rng = np.random.default_rng(0)
    names = ("astronaut", "coffee", "rocket", "retina", "hubble_deep_field", "immunohistochemistry")
    pictures = [Image.fromarray(getattr(data, name)()).convert("RGB") for name in names]
    thumbs = np.empty((count, THUMB_PX, THUMB_PX, 3), np.uint8)
    for i in range(count):
        picture = pictures[i % len(pictures)]
        side = int(rng.integers(8, min(picture.size) // 2))
        left, top = (int(rng.integers(0, length - side)) for length in picture.size)
        box = (left, top, left + side, top + side)
        small = picture.resize((THUMB_PX, THUMB_PX), Image.Resampling.BOX, box=box)
        thumbs[i] = np.asarray(small)
    return thumbs
