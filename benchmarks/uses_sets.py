"""Photos and tile sets of many kinds, to hold a guess against: benchmarks.uses says how to name what is not bundled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.library import thumbs_from
from cli.sample import pictures
from cli.sample.sources import FOLDERS
from engine.limits import THUMB_PX
from engine.read_batches import read_tiles
from engine.types import Pixels, Thumbs, TileRead

BUNDLED = (
    ("skimage", "astronaut.png chelsea.png coffee.png rocket.jpg retina.jpg ihc.png"),
    ("skimage", "hubble_deep_field.jpg camera.png motorcycle_left.png"),
    ("sklearn", "china.jpg flower.jpg"),
)
LONG_SIDE = 600
SIZES = (190_000, 20_000, 5_000, 1_000)
# Of a folder's photographs the first few are photos to make mosaics of; of the others tiles are cut.
KEPT = 5
# Photographs and cuts of each: a set of few photographs, and of many.
CUTS = ((5, 400), (20, 100), (100, 20), (100, 50), (900, 10))
NARROW, LEAST_SIDE = 80, 48
# A film here: slow pans and stills of 50 looks a shot, and tiles of one family while they differ by less than this at 8 px.
LOOKS, FAMILY_PX, FAMILY_STEPS = 50, 8, 6
SHOTS = 40


@dataclass(frozen=True)
class Tiles:
    """A set: thumbs, and a family for each where it is a film."""

    name: str
    thumbs: Thumbs
    families: NDArray[np.int32] | None = None


def photos(folder: str) -> dict[str, Pixels]:
    """By name: those that come with scikit-image and scikit-learn, and a few of a folder."""
    found = {Path(file).stem: _read(_home(package) / file) for package, file in _bundled()}
    return found | {path.stem: _read(path) for path in _files(folder)[:KEPT]}


def sets(library: str, folder: str) -> Iterator[Tiles]:
    """One after another: cuts of photographs that a folder has, the sample, and parts of a library, in colour and in grey."""
    read = read_tiles(pictures.tiles(pictures.recipe()))
    yield Tiles("sample", np.stack([tile.thumb for tile in read if isinstance(tile, TileRead)]))
    rng = np.random.default_rng(3)
    thumbs = thumbs_from(library)
    for size in SIZES:
        some = np.sort(rng.permutation(len(thumbs))[:size])
        yield Tiles(f"{len(some)} of a library", thumbs[some])
        if size == SIZES[2]:
            yield Tiles(f"{len(some)} in grey", _grey(thumbs[some]))
    sources = [_read(path) for path in _files(folder)[KEPT:]]
    if sources:
        yield from _of_photographs(sources, rng)


def _of_photographs(sources: Sequence[Pixels], rng: np.random.Generator) -> Iterator[Tiles]:
    yield Tiles(f"{len(sources)} photographs", np.stack([_thumb(_middle(p)) for p in sources]))
    for count, times in CUTS:
        start = int(rng.integers(max(1, len(sources) - count)))
        some = sources[start : start + count]
        yield Tiles(f"{times} cuts of {len(some)}", _cuts(some, times, rng))
    means = np.array([cv2.cvtColor(p, cv2.COLOR_RGB2LAB).mean((0, 1)) for p in sources])
    for name, order in (("green", means[:, 1]), ("warm", -means[:, 1] - means[:, 2])):
        some = [sources[i] for i in np.argsort(order)[:NARROW]]
        yield Tiles(f"cuts of {len(some)} {name}", _cuts(some, 40, rng))
    yield _film(sources[-SHOTS:], rng)


def _film(sources: Sequence[Pixels], rng: np.random.Generator) -> Tiles:
    thumbs, families, family = [], [], -1
    for picture in sources:
        side = int(min(picture.shape[:2]) * rng.uniform(0.4, 0.9))
        room = np.array(picture.shape[:2]) - side
        first, last = (rng.uniform(0, room) for _ in range(2))
        before = None
        for share in np.linspace(0, rng.integers(2), LOOKS):
            top, left = (first + (last - first) * share).astype(int)
            square = picture[top : top + side, left : left + side]
            small = _thumb(square, FAMILY_PX).astype(float)
            if before is None or np.abs(small - before).mean() >= FAMILY_STEPS:
                family, before = family + 1, small
            grain = rng.integers(-1, 2, (THUMB_PX, THUMB_PX, 3))
            thumbs.append((_thumb(square) + grain).clip(0, 255).astype(np.uint8))
            families.append(family)
    return Tiles("film", np.stack(thumbs), np.array(families, np.int32))


def _cuts(sources: Sequence[Pixels], times: int, rng: np.random.Generator) -> Thumbs:
    return np.stack([_thumb(_cut(p, rng)) for p in sources for _ in range(times)])


def _cut(picture: Pixels, rng: np.random.Generator) -> Pixels:
    height, width = picture.shape[:2]
    side = int(rng.integers(min(LEAST_SIDE, height, width), min(height, width) + 1))
    top, left = (int(rng.integers(length - side + 1)) for length in (height, width))
    return picture[top : top + side, left : left + side]


def _middle(picture: Pixels) -> Pixels:
    height, width = picture.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return picture[top : top + side, left : left + side]


def _thumb(square: Pixels, px: int = THUMB_PX) -> Pixels:
    return np.asarray(cv2.resize(square, (px, px), interpolation=cv2.INTER_AREA), np.uint8)


def _grey(thumbs: Thumbs) -> Thumbs:
    light = (thumbs.astype(float) @ [0.299, 0.587, 0.114]).round().astype(np.uint8)
    return np.repeat(light[..., np.newaxis], 3, -1)


def _files(folder: str) -> list[Path]:
    """In an order of no meaning, and always the same."""
    found = sorted(Path(folder).glob("*.[jJ][pP]*")) if folder else []
    return [found[i] for i in np.random.default_rng(11).permutation(len(found))]


def _bundled() -> Iterator[tuple[str, str]]:
    return ((package, file) for package, files in BUNDLED for file in files.split())


def _home(package: str) -> Path:
    spec = find_spec(package)
    return Path(str(spec and spec.origin)).parent / FOLDERS[package]


def _read(path: Path) -> Pixels:
    picture = Image.open(path).convert("RGB")
    scale = LONG_SIDE / max(picture.size)
    size = (max(16, round(picture.width * scale)), max(16, round(picture.height * scale)))
    return np.asarray(picture.resize(size, Image.Resampling.LANCZOS))
