"""The banned tiles of a set as its page shows them."""

from __future__ import annotations

from typing import Any

from app.domain.numbers import runs_of, words_of
from app.models import TileSet
from app.services.bans import banned_in
from app.web.parts import database

# As many pictures as a person looks through; all can be allowed again at once.
SHOWN = 60


def banned_shown(tile_set: TileSet) -> dict[str, Any]:
    """What `tiles/banned.html` needs."""
    banned = banned_in(database(), tile_set.id)
    return {
        "banned": banned[:SHOWN],
        "banned_count": len(banned),
        "banned_words": words_of(runs_of(banned)),
    }
