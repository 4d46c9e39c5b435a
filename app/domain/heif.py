"""Size of a HEIC or AVIF picture as it is seen, from its header alone and without a decoder.

Both are files of boxes (ISO/IEC 14496-12) in which items have properties (ISO/IEC 23008-12): of the primary item `ispe` is
the size, of which `clap` leaves a part, before `irot` turns it by quarters.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

HEIC, AVIF = "image/heic", "image/avif"
_BRANDS = {
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"), HEIC),
    **dict.fromkeys((b"avif", b"avis"), AVIF),
}
# A phone's has some kilobytes of it, with an item for each of its squares.
_META_MAX = 1 << 20

Box = tuple[bytes, bytes]
"""Its type and what is in it."""


def heif_kind(head: bytes) -> str | None:
    """The media type by the first 12 bytes; None for anything else.

    >>> heif_kind(bytes(4) + b"ftypavif")
    'image/avif'
    """
    return _BRANDS.get(head[8:12]) if head[4:8] == b"ftyp" else None


def heif_size(stream: BinaryIO) -> tuple[int, int]:
    """Width and height. Raises ValueError where the header is damaged or cut off."""
    try:
        return _size(_meta(stream))
    except (struct.error, KeyError, IndexError) as error:
        raise ValueError("the header is damaged") from error


def _meta(stream: BinaryIO) -> dict[bytes, bytes]:
    stream.seek(0)
    while True:
        kind, length, head = _head(stream.read(16))
        if kind == b"meta":
            stream.seek(head - 16, 1)
            body = stream.read(min(length - head, _META_MAX))
            return dict(_boxes(body[4:]))
        stream.seek(length - 16, 1)


def _head(data: bytes) -> tuple[bytes, int, int]:
    """Type, length with its head, length of the head."""
    length, kind = struct.unpack_from(">I4s", data)
    head = 8
    if length == 1:
        [length], head = struct.unpack_from(">Q", data, 8), 16
    if length < head:  # 0 is to the end of the file, and nothing that is looked for comes last
        raise ValueError("a box has no length")
    return kind, length, head


def _boxes(data: bytes) -> Iterator[Box]:
    at = 0
    while at + 8 <= len(data):
        kind, length, head = _head(data[at : at + 16])
        yield kind, data[at + head : at + length]
        at += length


def _size(meta: dict[bytes, bytes]) -> tuple[int, int]:
    parts = dict(_boxes(meta[b"iprp"]))
    properties = list(_boxes(parts[b"ipco"]))
    mine = [properties[i - 1] for i in _properties_of(_primary(meta[b"pitm"]), parts[b"ipma"]) if i]
    named = dict(mine)
    width, height = struct.unpack_from(">II", named[b"ispe"], 4)
    if b"clap" in named:
        across, part, down, other = struct.unpack_from(">4I", named[b"clap"])
        width, height = min(width, across // max(part, 1)), min(height, down // max(other, 1))
    quarters = named.get(b"irot", b"\0")[0] & 3
    if not width or not height:
        raise ValueError("the picture has no size")
    return (height, width) if quarters % 2 else (width, height)


def _primary(pitm: bytes) -> int:
    form = ">4xI" if pitm[0] else ">4xH"
    return int(struct.unpack_from(form, pitm)[0])


def _properties_of(item: int, ipma: bytes) -> list[int]:
    """Places in the list of properties, counted from 1, of an item."""
    version, wide = ipma[0], ipma[3] & 1
    [entries], at = struct.unpack_from(">I", ipma, 4), 8
    form = struct.Struct(">IB" if version else ">HB")
    for _ in range(entries):
        number, count = form.unpack_from(ipma, at)
        at += form.size
        places = struct.unpack_from(f">{count}{'H' if wide else 'B'}", ipma, at)
        if number == item:
            # The highest bit says whether a reader has to understand the property.
            return [place & (0x7FFF if wide else 0x7F) for place in places]
        at += count * (2 if wide else 1)
    raise KeyError(item)
