"""Make the sample's tiles: a few thousand JPEG pictures in a fixed order, the most telling first."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from operator import itemgetter
from typing import BinaryIO

import cv2
import numpy as np

from cli.sample.cuts import Cut, choose_cuts
from cli.sample.gaps import Variant, fill_gaps
from cli.sample.grade import grade
from cli.sample.sources import SOURCES
from engine.types import Pixels, Thumb

JPEG_QUALITY = 88
# For each plain tile so many cuts may be chosen from where a gap is to be filled: quiet ones among them.
CHOICE = 10


@dataclass(frozen=True)
class Recipe:
    """What the tiles will be: the first `plain` cuts as they are, and variants of any of them."""

    photos: dict[str, Pixels]
    cuts: Sequence[Cut]
    plain: int
    variants: Sequence[Variant]

    def __len__(self) -> int:
        return self.plain + len(self.variants)


def recipe() -> Recipe:
    """Read the photographs and choose. Raises SampleError where one is missing."""
    photos = {source.name: source.read() for source in SOURCES}
    drafts: list[tuple[float, Cut, Thumb]] = []
    for source in SOURCES:
        cuts, thumbs = choose_cuts(source.name, photos[source.name], source.cuts * CHOICE)
        # In proportion: the first screen of tiles shows every photograph, and the plain textures least.
        drafts += zip(np.arange(len(cuts)) / source.cuts, cuts, thumbs, strict=True)
    drafts.sort(key=itemgetter(0))
    plain = sum(turn < 1 for turn, _, _ in drafts)
    variants = fill_gaps(np.stack([thumb for _, _, thumb in drafts]), plain)
    return Recipe(photos, [cut for _, cut, _ in drafts], plain, variants)


def tiles(made: Recipe) -> Iterator[tuple[str, bytes]]:
    """Name and JPEG of each tile. Two threads: OpenCV lets go of the interpreter while it works."""
    of_cut: dict[int, list[tuple[int, Variant]]] = {cut: [] for cut in range(made.plain)}
    for number, variant in enumerate(made.variants):
        of_cut.setdefault(variant.cut, []).append((number, variant))

    def work(index: int) -> tuple[Pixels, list[tuple[int, str, bytes]]]:
        cut = made.cuts[index]
        tile = cut.tile(made.photos[cut.photo])
        variants = enumerate(of_cut[index], 1)
        return tile, [
            (number, f"{cut.name}-v{nth}.jpg", _jpeg(_vary(tile, variant)))
            for nth, (number, variant) in variants
        ]

    graded: list[tuple[int, str, bytes]] = []
    with ThreadPoolExecutor(2) as threads:
        for index, (tile, variants) in zip(of_cut, threads.map(work, of_cut), strict=True):
            if index < made.plain:
                yield f"{made.cuts[index].name}.jpg", _jpeg(tile)
            graded += variants
    yield from ((name, jpeg) for _, name, jpeg in sorted(graded))


def _vary(tile: Pixels, variant: Variant) -> Pixels:
    graded = grade(tile, variant.lab)
    return graded[:, ::-1] if variant.mirrored else graded


def _jpeg(tile: Pixels) -> bytes:
    bgr = np.ascontiguousarray(tile[..., ::-1])
    return bytes(cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1])


def write_zip(stream: BinaryIO, made: Recipe) -> None:
    """Write all tiles as a zip. JPEG does not get smaller by another packing."""
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, jpeg in tiles(made):
            archive.writestr(zipfile.ZipInfo(name), jpeg)
