"""The photos that come with Tessera, ready to be chosen. The first one is the example's."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from cli.sample.sources import ASTRONAUT, CHELSEA, Photograph

LONG_SIDE = 1200
JPEG_QUALITY = 92


@dataclass(frozen=True)
class SamplePhoto:
    """A photo as a person would upload it."""

    name: str
    jpeg: bytes
    credit: str


def sample_photos() -> list[SamplePhoto]:
    """Raises SampleError where a photograph is missing."""
    # Head and shoulders: of the whole photograph the face would be 18 cells wide, too few to know her by.
    return [_photo(ASTRONAUT, slice(0, 300), slice(100, 340)), _photo(CHELSEA)]


def _photo(
    source: Photograph, rows: slice = slice(None), columns: slice = slice(None)
) -> SamplePhoto:
    pixels = source.read()[rows, columns]
    scale = LONG_SIDE / max(pixels.shape)
    large = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_LANCZOS4)
    bgr = np.ascontiguousarray(large[..., ::-1])
    jpeg = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1]
    return SamplePhoto(f"{source.name}.jpg", bytes(jpeg), source.credit)
