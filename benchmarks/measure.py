"""Everything measured in one run, under the names of the last line."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.extent import PHOTO, Extent
from benchmarks.library import photo
from benchmarks.placement import gaps
from benchmarks.quality import quality
from benchmarks.scale import peak, scale
from benchmarks.speed import perceptual, speeds
from engine.blocks import THREADS
from engine.build import find
from engine.index import Index
from engine.types import Settings, Thumbs

Figures = dict[str, object]


def measure(thumbs: Thumbs, extent: Extent) -> Iterator[Figures]:
    """Figures by name, part after part as they are measured."""
    picture = photo(PHOTO, extent.long_side)
    photos = {name: photo(name, extent.long_side) for name in extent.photos}
    # First, while this process is small: what it holds cannot push files of the others out of memory.
    yield peak(thumbs, picture)
    index = Index.build(thumbs)
    matches = {name: find(pixels, index, Settings()) for name, pixels in photos.items()}
    yield {
        "tiles": len(thumbs),
        "cells": len(find(picture, index, Settings()).cells),
        "cores": THREADS,
    }
    yield speeds(picture, index, extent)
    yield perceptual(picture, index, extent)
    yield gaps(matches)
    yield quality(photos, index)
    yield {"scale": list(scale(thumbs, extent.sizes, picture))}
