"""The strip of tiles on a set's card, side by side."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image

STRIP_TILES = 12
STRIP_PX = 96


def strip_of(jpegs: Sequence[bytes]) -> bytes:
    """A JPEG of one row of STRIP_TILES squares of STRIP_PX px; fewer tiles begin again from the first."""
    strip = Image.new("RGB", (STRIP_TILES * STRIP_PX, STRIP_PX))
    for place in range(STRIP_TILES):
        with Image.open(io.BytesIO(jpegs[place % len(jpegs)])) as tile:
            strip.paste(tile.resize((STRIP_PX, STRIP_PX)), (place * STRIP_PX, 0))
    out = io.BytesIO()
    strip.save(out, "JPEG", quality=88)
    return out.getvalue()
