"""What a file is, by its first bytes, before anybody opens it."""

from __future__ import annotations

Body = bytes | memoryview
"""All bytes of a file, or the place in others where they lie."""

HEAD_BYTES = 12

_PICTURES = (b"\xff\xd8", b"\x89PNG", b"RIFF", b"GIF8")
# Of files that begin as MP4 does, the kinds that are pictures.
_PICTURE_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"}
# MP4 says what it is; an old MOV begins with any of its boxes; MKV and WebM are EBML.
_FILM_BOXES = {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}
_EBML = b"\x1aE\xdf\xa3"


def is_picture(head: bytes) -> bool:
    """JPEG, PNG, WebP, GIF, HEIC or AVIF.

    >>> is_picture(b"GIF89a")
    True
    """
    return head.startswith(_PICTURES) or (head[4:8] == b"ftyp" and head[8:12] in _PICTURE_BRANDS)


def is_film(head: bytes) -> bool:
    """MP4, MOV, MKV or WebM, or at least begun as one.

    >>> is_film(bytes(4) + b"ftypisom"), is_film(bytes(4) + b"ftypheic")
    (True, False)
    """
    return head.startswith(_EBML) or (head[4:8] in _FILM_BOXES and not is_picture(head))
