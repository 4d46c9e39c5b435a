"""Untrusted bytes to oriented sRGB pixels. Pillow alone, its reader of HEIC when one comes: the decoding child must start fast."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator
from io import BytesIO

from PIL import Image, ImageCms, UnidentifiedImageError

from engine.errors import TooLarge, Unreadable
from engine.kinds import HEAD_BYTES, is_film, is_picture
from engine.limits import PHOTO_MAX_PIXELS, THUMB_PX, TILE_MAX_PIXELS
from engine.tile import Box, Place

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
# Files whose first box says what they are: HEIC and AVIF.
_BOXED = b"ftyp"
TAKEN = "JPEG, PNG, WebP, GIF, HEIC and AVIF pictures are read"
HUNGRY = "This picture needs more memory than we give one picture. Make it smaller and try again."
DAMAGED = "This picture is damaged or cut off. Save it again in a picture program, or leave it out."

# What people send instead, by its first bytes.
_OTHERS = {
    b"BM": "a BMP",
    b"II*\x00": "a TIFF or a raw photo",
    b"MM\x00*": "a TIFF or a raw photo",
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a zip, or a document made like one",
    b"<svg": "an SVG drawing",
    b"<?xml": "an SVG drawing or other XML",
}
_ORIENTATION_TAG = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# Rows converted at a time: colours are converted in strips so that a large photo is in memory once, not three times.
_STRIP_PX = 4_000_000


def photo(data: bytes) -> tuple[tuple[int, int], Iterator[bytes]]:
    """Size (width, height) and the RGB rows of a photo, in strips. Raises Unreadable."""
    picture = _open(data, PHOTO_MAX_PIXELS)
    profile = picture.info.get("icc_profile")
    picture.load()
    turned = _turn(picture, _orientation(picture))
    return turned.size, _strips(turned, profile)


def square(data: bytes, tile_px: int, place: Place | None = None) -> Image.Image:
    """A square of a picture, upright, RGB in sRGB, at most `tile_px` wide. Raises Unreadable.

    place : chooses the square on the upright picture at about that size; None: the largest one in the middle.
    """
    picture = _open(data, TILE_MAX_PIXELS)
    profile = picture.info.get("icc_profile")
    if min(picture.size) < THUMB_PX:
        raise Unreadable(
            f"This picture is {picture.width} x {picture.height} px; a tile needs at least {THUMB_PX} x {THUMB_PX}."
        )
    # A JPEG can be decoded at a half, a quarter or an eighth of its size for a fraction of the time.
    picture.draft(None, (tile_px, tile_px))
    orientation = _orientation(picture)
    reduce = _square if place is None else _whole
    upright = _turn(to_srgb(reduce(_plain(picture), tile_px), profile), orientation)
    return upright if place is None else upright.crop(place(upright))


def to_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """RGB in sRGB; transparent parts lie on white. Takes the modes that `_plain` makes."""
    alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
    rgb = picture.convert("RGB") if alpha else picture
    transform = _transform(profile, rgb.mode) if profile else None
    rgb = transform.apply(rgb) if transform else rgb.convert("RGB")
    if alpha is None:
        return rgb
    white = Image.new("RGB", rgb.size, "white")
    white.paste(rgb, mask=alpha)
    return white


def _open(data: bytes, max_pixels: int) -> Image.Image:
    if not data:
        raise Unreadable("This file is empty. Copy it again from where it came, or leave it out.")
    try:
        boxed = _with_heif() if data[4:8] == _BOXED else ()
        picture = Image.open(BytesIO(data), formats=FORMATS + boxed)
    except UnidentifiedImageError:
        raise Unreadable(_not_a_picture(data)) from None
    except Image.DecompressionBombError:
        raise _too_large(max_pixels) from None
    # From the header, before anything is decoded.
    if picture.width * picture.height > max_pixels:
        raise _too_large(max_pixels)
    return picture


def _too_large(max_pixels: int) -> TooLarge:
    return TooLarge(
        f"This picture has more than {max_pixels // 1_000_000} megapixels, the most we take. Make it smaller and try again."
    )


def _not_a_picture(data: bytes) -> str:
    if is_picture(data[:HEAD_BYTES]):
        return DAMAGED
    if is_film(data[:HEAD_BYTES]):
        return (
            "This is a film, or a damaged picture. Add a film by itself; its frames become tiles."
        )
    for start, what in _OTHERS.items():
        if data.startswith(start):
            return f"This is {what}; {TAKEN}. Save it as one of these first."
    return f"This is not a picture, whatever its name says; {TAKEN}."


def _orientation(picture: Image.Image) -> int:
    # A damaged EXIF block says nothing about the pixels: the picture is taken as it lies.
    with contextlib.suppress(Exception):
        return int(picture.getexif().get(_ORIENTATION_TAG, 1))
    return 1


def _turn(picture: Image.Image, orientation: int) -> Image.Image:
    turn = _TURNS.get(orientation)
    return picture if turn is None else picture.transpose(turn)


def _plain(picture: Image.Image) -> Image.Image:
    """The same in L, RGB, RGBA or CMYK, 8 bits a channel."""
    if picture.mode.startswith("I"):
        # 16 bits of grey. Pillow's own conversion clips at 255 instead of scaling.
        return picture.point(lambda value: value * (1 / 256)).convert("L")
    if picture.has_transparency_data:
        return picture.convert("RGBA")
    if picture.mode in {"L", "RGB", "CMYK"}:
        return picture
    return picture.convert("L" if picture.mode == "1" else "RGB")


def _square(picture: Image.Image, tile_px: int) -> Image.Image:
    side = min(picture.size)
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    box = (left, top, left + side, top + side)
    return picture.crop(box) if side <= tile_px else smaller(picture, tile_px, box)


def smaller(picture: Image.Image, tile_px: int, box: Box | None = None) -> Image.Image:
    """A square piece of a picture, the whole where no box is named, as a square of `tile_px`."""
    # Hamming: the sharpness of bicubic at a third of its time when a picture shrinks.
    return picture.resize((tile_px, tile_px), Image.Resampling.HAMMING, box=box, reducing_gap=3.0)


def _whole(picture: Image.Image, tile_px: int) -> Image.Image:
    """All of it, made smaller until its shorter side is `tile_px`."""
    scale = tile_px / min(picture.size)
    if scale >= 1:
        return picture
    size = (round(picture.width * scale), round(picture.height * scale))
    return picture.resize(size, Image.Resampling.HAMMING, reducing_gap=3.0)


@functools.cache
def _with_heif() -> tuple[str, ...]:
    """HEIC is read by a plug-in of Pillow's; a fifth of a child's start, which few need."""
    import pillow_heif  # noqa: PLC0415

    # The picture alone, not the depth map or the thumbnail beside it.
    pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
    return ("HEIF",)


def _strips(picture: Image.Image, profile: bytes | None) -> Iterator[bytes]:
    rows = max(1, _STRIP_PX // picture.width)
    for top in range(0, picture.height, rows):
        strip = picture.crop((0, top, picture.width, min(top + rows, picture.height)))
        yield to_srgb(_plain(strip), profile).tobytes()


@functools.lru_cache(maxsize=16)
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """From an embedded profile to sRGB. None where the profile is damaged or made for other pixels."""
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        return ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB")
    except (OSError, ImageCms.PyCMSError):
        return None
