"""What `tessera tiles share` and `unshare` do: one set for everybody to look at, or for its owner alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.db import connect, sessions_from
from app.services.share_tile_set import share_tile_set, tile_set_called
from app.settings import Settings


def share(
    environ: Mapping[str, str], name: str, *, shared: bool, say: Callable[[str], None]
) -> None:
    """Raises NotFound, and BadInput where several sets have the name."""
    settings = Settings.from_environ(environ)
    pool = connect(settings.database_url, pool_size=2)
    try:
        with sessions_from(pool)() as session:
            tile_set = share_tile_set(session, tile_set_called(session, name).id, shared=shared)
    finally:
        pool.dispose()
    if shared:
        say(f"“{tile_set.name}” is shared: everybody may use its {tile_set.tile_count:,} tiles.")
    else:
        say(f"“{tile_set.name}” is its owner's alone again.")
