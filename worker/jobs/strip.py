"""The strip of tiles on a set's card: a fair sample of what was read, side by side."""

from __future__ import annotations

import io
import random

from PIL import Image

STRIP_TILES = 12
STRIP_PX = 96


class Strip:
    """Reservoir sampling (Vitter 1985, doi:10.1145/3147.3165): every tile has the same chance to be shown."""

    def __init__(self) -> None:
        self._kept: list[bytes] = []
        self._seen = 0
        self._random = random.Random(0)  # noqa: S311 - which tiles stand on a card is no secret

    def offer(self, jpeg: bytes) -> None:
        """Keep the tile or pass it over."""
        self._seen += 1
        if len(self._kept) < STRIP_TILES:
            self._kept.append(jpeg)
        elif (place := self._random.randrange(self._seen)) < STRIP_TILES:
            self._kept[place] = jpeg

    def jpeg(self) -> bytes:
        """One row of STRIP_TILES squares of STRIP_PX px; a small set begins again from its first tile."""
        strip = Image.new("RGB", (STRIP_TILES * STRIP_PX, STRIP_PX))
        for place in range(STRIP_TILES):
            with Image.open(io.BytesIO(self._kept[place % len(self._kept)])) as tile:
                strip.paste(tile.resize((STRIP_PX, STRIP_PX)), (place * STRIP_PX, 0))
        out = io.BytesIO()
        strip.save(out, "JPEG", quality=88)
        return out.getvalue()
