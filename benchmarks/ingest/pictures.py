"""What libraries are made of, rendered anew for each run: small JPEGs by the hundred thousand, and a phone's photos."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from pathlib import Path

import cv2
import numpy as np
from PIL import Image
from skimage import data

CORES = 2
SIDE = 100
NAMES = ("astronaut", "coffee", "chelsea", "rocket")
CHUNK = 5_000
PHONE_SIZE = (4000, 3000)
# Photos that are rendered; the others are these with another comment in them, which no decoder looks at.
PHONES_RENDERED = 8


def small_jpegs(count: int, *, seed: int = 0) -> list[bytes]:
    """Different cuts of photographs, 100 px and about 3.5 kB each."""
    starts = range(0, count, CHUNK)
    sizes = [min(CHUNK, count - start) for start in starts]
    with ProcessPoolExecutor(CORES) as pool:
        chunks = pool.map(_cuts, sizes, ((seed, start) for start in starts))
        return [jpeg for chunk in chunks for jpeg in chunk]


def _cuts(count: int, seed: tuple[int, int]) -> list[bytes]:
    rng = np.random.default_rng(seed)
    photos = [np.ascontiguousarray(getattr(data, name)()[:, :, ::-1]) for name in NAMES]
    jpegs = []
    for _ in range(count):
        photo = photos[rng.integers(len(photos))]
        side = int(rng.integers(60, 300))
        top, left = (int(rng.integers(0, length - side)) for length in photo.shape[:2])
        square = cv2.resize(photo[top : top + side, left : left + side], (SIDE, SIDE))
        shifted = cv2.convertScaleAbs(
            square, alpha=rng.uniform(0.7, 1.2), beta=rng.uniform(-20, 20)
        )
        jpegs.append(cv2.imencode(".jpg", shifted, [cv2.IMWRITE_JPEG_QUALITY, 88])[1].tobytes())
    return jpegs


def phone_photos(count: int) -> Iterator[bytes]:
    """Photos of 12 megapixels, lying on their side as a phone held upright saves them."""
    rendered = [_phone_photo(number) for number in range(PHONES_RENDERED)]
    for number in range(count):
        jpeg = rendered[number % len(rendered)]
        comment = f"photo {number:6}".encode()
        yield jpeg[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2) + comment + jpeg[2:]


def _phone_photo(number: int) -> bytes:
    rng = np.random.default_rng(number)
    photo = Image.fromarray(getattr(data, NAMES[number % len(NAMES)])())
    large = np.asarray(photo.resize(PHONE_SIZE, Image.Resampling.BICUBIC)).astype(np.int16)
    noise = rng.integers(-4, 5, large.shape, np.int16)
    out, tags = io.BytesIO(), Image.Exif()
    tags[0x0112] = 6
    Image.fromarray(np.clip(large + noise, 0, 255).astype(np.uint8)).save(
        out, "JPEG", quality=90, exif=tags
    )
    return out.getvalue()


def write_zip(path: Path, jpegs: Iterator[bytes] | list[bytes]) -> None:
    """A zip that does not try to shrink what does not shrink."""
    with zipfile.ZipFile(path, "w") as archive:
        for number, jpeg in enumerate(jpegs):
            archive.writestr(f"pictures/{number:06}.jpg", jpeg)


def write_folder(folder: Path, jpegs: list[bytes]) -> None:
    """A thousand files to a folder."""
    for number, jpeg in enumerate(jpegs):
        place = folder / f"{number // 1000:03}"
        if number % 1000 == 0:
            place.mkdir(parents=True)
        (place / f"{number:06}.jpg").write_bytes(jpeg)


def decoding_seconds(jpegs: list[bytes], flags: int) -> float:
    """Bare `cv2.imdecode` of all, one after the other on each core: the time of the slower half."""
    with ProcessPoolExecutor(CORES) as pool:
        halves = [jpegs[core::CORES] for core in range(CORES)]
        return max(pool.map(_decode_all, halves, repeat(flags)))


def _decode_all(jpegs: list[bytes], flags: int) -> float:
    cv2.setNumThreads(1)
    start = time.perf_counter()
    for jpeg in jpegs:
        cv2.imdecode(np.frombuffer(jpeg, np.uint8), flags)
    return time.perf_counter() - start
