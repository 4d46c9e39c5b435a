"""Take a photo in: look at its header, store the object, then the row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO
from uuid import UUID, uuid4

from PIL import Image, UnidentifiedImageError
from sqlalchemy.orm import Session

from app.domain import limits
from app.domain.errors import BadInput, TooBig
from app.domain.grid import grid_size
from app.domain.heif import heif_kind, heif_size
from app.domain.names import shown_name
from app.models import Photo
from app.services.keys import photo_key
from app.services.owners import ensure_owner
from app.services.quotas import look_for_room, no_room_without, take_room
from app.storage.base import Storage

FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}
UNREADABLE = (
    "This file is not a picture we can read, whatever its name says. "
    "We take JPEG, PNG, WebP, GIF, HEIC and AVIF."
)
ORIENTATION = 0x0112
SIDEWAYS = {5, 6, 7, 8}
# Pillow's own guess at a bomb is lower than what we take; only headers are read here, and we count ourselves.
Image.MAX_IMAGE_PIXELS = None


@dataclass(frozen=True)
class Header:
    """What the first bytes of a photo say."""

    content_type: str
    width: int
    height: int


def upload_photo(
    session: Session,
    storage: Storage,
    *,
    owner_id: UUID,
    name: str,
    stream: BinaryIO,
    credit: str | None = None,
) -> Photo:
    """Store a photo of this owner and commit its row. Raises BadInput, TooBig or OverQuota with a sentence.

    Only the header is read here; the pixels are decoded by a worker, in a child process with limits.
    """
    size = _size(stream)
    if size > limits.PHOTO_MAX_BYTES:
        raise TooBig(
            f"This photo is {size / limits.MB:,.0f} MB; the largest we take is {limits.PHOTO_MAX_BYTES // limits.MB} MB. "
            "Save it smaller and drop it again.",
            field="photo",
        )
    header = read_header(stream)
    look_for_room(session, owner_id, more=size)
    photo_id = uuid4()
    key = photo_key(owner_id, photo_id)
    stream.seek(0)
    storage.put(key, stream, content_type=header.content_type)
    with no_room_without(storage, [key]):
        take_room(session, owner_id, more=size)
    ensure_owner(session, owner_id)
    photo = Photo(
        id=photo_id,
        owner_id=owner_id,
        name=shown_name(name, otherwise="photo"),
        key=key,
        content_type=header.content_type,
        bytes=size,
        width=header.width,
        height=header.height,
        credit=credit,
    )
    session.add(photo)
    session.commit()
    return photo


def read_header(stream: BinaryIO) -> Header:
    """Format and size as seen, from the header alone. Raises BadInput with a sentence."""
    stream.seek(0)
    if not stream.read(1):
        raise BadInput("This file is empty (0 bytes). Choose the photo again.", field="photo")
    stream.seek(0)
    try:
        header = _heif(stream) or _plain(stream)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, KeyError) as error:
        raise BadInput(UNREADABLE, field="photo") from error
    width, height = header.width, header.height
    if width * height > limits.PHOTO_MAX_PIXELS:
        raise TooBig(
            f"This photo is {width * height / 1e6:,.0f} megapixels; the largest we take is "
            f"{limits.PHOTO_MAX_PIXELS // 1_000_000}. Make it smaller and drop it again. Nothing else was changed.",
            field="photo",
        )
    grid_size(width, height)
    return header


def _heif(stream: BinaryIO) -> Header | None:
    content_type = heif_kind(stream.read(12))
    return Header(content_type, *heif_size(stream)) if content_type else None


def _plain(stream: BinaryIO) -> Header:
    stream.seek(0)
    with Image.open(stream, formats=tuple(FORMATS)) as picture:
        width, height = picture.size
        # Only what the header brought: Pillow would decode a whole PNG to look for EXIF at its end.
        if "exif" in picture.info and picture.getexif().get(ORIENTATION) in SIDEWAYS:
            width, height = height, width
        return Header(FORMATS[picture.format or ""], width, height)


def _size(stream: BinaryIO) -> int:
    stream.seek(0, 2)
    return stream.tell()
