"""Files as damage and malice leave them: bits turned, ends missing, numbers at their limits, pieces of others inside."""

import io
import random
import struct
import zipfile

import numpy as np
import pillow_heif
from PIL import Image
from skimage import data

from tests.unit.engine.films import every_second, make_film

pillow_heif.register_heif_opener()  # to write HEIC

EXTREMES = [0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF]
PICTURES = ("JPEG", "PNG", "WEBP", "GIF", "HEIF", "AVIF")
FILMS = ("mp4", "mkv", "webm")


def picture(form, side=96, **options):
    """A photograph in a format, with all that a camera puts into one."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "a camera"
    out = io.BytesIO()
    photo = Image.fromarray(data.astronaut()).resize((side, side * 2 // 3))
    photo.save(out, form, **({"exif": exif} if form != "GIF" else {}), **options)
    return out.getvalue()


def pictures_of(form):
    """A few of a format, packed in different ways."""
    ways = {
        "JPEG": [{}, {"progressive": True}, {"subsampling": 0, "quality": 30}],
        "PNG": [{}, {"compress_level": 0}],
        "WEBP": [{}, {"lossless": True}],
    }
    return [picture(form, **options) for options in ways.get(form, [{}])]


def film(folder, suffix):
    """Two seconds of one."""
    codec = "libvpx" if suffix == "webm" else "libx264"
    place = folder / f"film.{suffix}"
    make_film(place, map(every_second(rate=5), range(10)), rate=5, codec=codec)
    return place.read_bytes()


def archive(method=zipfile.ZIP_DEFLATED):
    """Three pictures in a zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as members:
        for form in ("JPEG", "PNG", "WEBP"):
            members.writestr(f"{form}.picture", picture(form, side=48))
    return out.getvalue()


def mutant(rng: random.Random, seeds):
    """One of the files with some of it wrong. The same `rng` gives the same mutant."""
    file = bytearray(rng.choice(seeds))
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        rng.choice(HARMS)(rng, file, seeds)
    return bytes(file)


def _place(rng, file):
    # Headers decide more than pixels do: half of all harm is done there.
    return rng.randrange(min(len(file), 512) if rng.random() < 0.5 else len(file)) if file else 0


def _flip(rng, file, _):
    for _ in range(rng.choice((1, 1, 3, 20)) if file else 0):
        file[_place(rng, file)] ^= 1 << rng.randrange(8)


def _truncate(rng, file, _):
    del file[_place(rng, file) :]


def _blank(rng, file, _):
    start = _place(rng, file)
    stop = min(len(file), start + rng.choice((1, 8, 300)))
    file[start:stop] = bytes([rng.choice((0, 255))]) * (stop - start)


def _number(rng, file, _):
    form = rng.choice((">H", "<H", ">I", "<I"))
    start = _place(rng, file)
    if start + struct.calcsize(form) <= len(file):
        most = (1 << 8 * struct.calcsize(form)) - 1
        struct.pack_into(form, file, start, rng.choice(EXTREMES) & most)


def _insert(rng, file, seeds):
    other, start = rng.choice(seeds), _place(rng, file)
    at = rng.randrange(len(other))
    file[start:start] = other[at : at + rng.choice((1, 4, 64, 4000))]


def _remove(rng, file, _):
    start = _place(rng, file)
    del file[start : start + rng.choice((1, 4, 64))]


HARMS = (_flip, _flip, _truncate, _blank, _number, _number, _insert, _remove)


def noise(rng: random.Random):
    """No file at all: random bytes behind the first ones of a format."""
    heads = (
        b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\x99\0\0\0WEBP",
        b"PK\x03\x04",
        b"\0\0\0\x18ftyp",
    )
    return rng.choice(heads) + np.random.default_rng(rng.randrange(1 << 32)).bytes(400)
