"""What a tile is recognised by when it comes a second time. Pillow alone, for the decoding child starts with it."""

from __future__ import annotations

from hashlib import sha256

from PIL import Image

from engine.kinds import Body

DIGEST_BYTES = 16
# One column more than bits in a row: a bit says which of two neighbours is lighter.
_COLUMNS, _ROWS = 9, 8


def digest(data: Body) -> bytes:
    """16 bytes that are the same for the same bytes, and for no others that anybody will find.

    The first half of SHA-256 [1]_: processors have instructions for it, which halves what phones' photos cost here.

    .. [1] NIST (2015): Secure Hash Standard, FIPS 180-4. :DOI:`10.6028/NIST.FIPS.180-4`
    """
    return sha256(data).digest()[:DIGEST_BYTES]


def phash(square: Image.Image) -> int:
    """64 bits that hardly change when a picture is saved again, made smaller or a little lighter.

    square : RGB or grey, any size. Its luminance is averaged over 9 x 8 fields; a bit is set where a field is lighter than
    its neighbour to the right, row by row from the highest bit on. How alike two pictures are is how few bits differ: up
    to 4 or 6 of 64 for the same picture saved twice, about 32 for two that have nothing in common. Colour plays no part.
    """
    # Reduced by a whole number first, which is seven times as fast and moves no field's border by more than a pixel.
    grey = square.convert("L")
    fields = grey.resize((_COLUMNS, _ROWS), Image.Resampling.BOX, reducing_gap=1.0).tobytes()
    bits = 0
    for row in range(0, _COLUMNS * _ROWS, _COLUMNS):
        for at in range(row, row + _COLUMNS - 1):
            bits = bits << 1 | (fields[at] > fields[at + 1])
    return bits
