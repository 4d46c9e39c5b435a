"""What people bring: small photos, zips of small pictures, and films of two seconds."""

from __future__ import annotations

import functools
import hashlib
import io
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import skimage.data
from PIL import Image

from app.domain.limits import PART_BYTES
from tests.unit.engine.films import every_second, make_film

PICTURES = 24
VARIANTS = 3
PHOTOS = 4


def jpeg(pixels: np.ndarray) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=85)
    return out.getvalue()


@dataclass(frozen=True)
class Bundle:
    """Files that go into a set together.

    digests : of the pictures in it, as rows of tiles have them; None of films, whose frames nobody knows beforehand.
    """

    variant: str
    files: list[tuple[str, bytes]]
    digests: frozenset[bytes] | None


@functools.cache
def pictures(variant: int) -> list[tuple[str, bytes]]:
    rng = np.random.default_rng(variant)
    photo = skimage.data.coffee()
    cut = []
    for number in range(PICTURES):
        top, left = (int(rng.integers(0, edge - 40)) for edge in photo.shape[:2])
        shade = rng.uniform(0.3, 1.2)
        piece = np.clip(photo[top : top + 40, left : left + 40] * shade, 0, 255).astype(np.uint8)
        cut.append((f"{number}.jpg", jpeg(piece)))
    return cut


@functools.cache
def zipped(variant: int) -> bytes:
    return _zip(pictures(variant))


def _zip(files: list[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, body in files:
            archive.writestr(name, body)
    return out.getvalue()


def digests(variant: int) -> frozenset[bytes]:
    return _digests(pictures(variant))


def _digests(files: list[tuple[str, bytes]]) -> frozenset[bytes]:
    return frozenset(hashlib.sha256(body).digest()[:16] for _, body in files)


def zip_bundle(variant: int, number: int) -> Bundle:
    """One zip, which one worker reads in one go."""
    return Bundle(f"zip {variant}", [(f"{number}.zip", zipped(variant))], digests(variant))


def loose_bundle(variant: int) -> Bundle:
    """The same pictures one by one."""
    return Bundle(f"loose {variant}", pictures(variant), digests(variant))


@functools.cache
def large_bundle(variant: int) -> Bundle:
    """A zip of the same pictures, one of which carries comments: more than one part of an upload."""
    first, *others = pictures(variant)
    comment = b"\xff\xfe\xff\xff" + bytes(0xFFFF - 2)
    heavy = first[1][:2] + comment * (PART_BYTES // len(comment) + 16) + first[1][2:]
    bodies = [(first[0], heavy), *others]
    return Bundle(f"large {variant}", [("large.zip", _zip(bodies))], _digests(bodies))


@functools.cache
def film(number: int) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        picture = every_second(rate=5)
        make_film(path, [picture(i + 100 * number) for i in range(15)], rate=5)
        return path.read_bytes()


def split_bundle(variant: int) -> Bundle:
    """Two films and a zip: three parts for whichever workers are free."""
    films = [(f"{number}.mp4", film(number)) for number in range(2)]
    return Bundle(f"split {variant}", [*films, ("rest.zip", zipped(variant))], None)


@functools.cache
def photo(number: int) -> bytes:
    return jpeg(skimage.data.astronaut()[10 * number : 10 * number + 160 : 2, 100:260:2])


def look(number: int) -> dict[str, str]:
    """How a mosaic is made: a few ways, so that many are the same to the byte."""
    return {
        "cells_across": str(4 + number % 2),
        "penalty": ("0.00", "0.05")[number // 2 % 2],
        "matcher": "classic",
    }


LOOKS = 4
