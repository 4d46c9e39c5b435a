"""Which uploads and films a finished mosaic shows, and how often each."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from sqlalchemy import ARRAY, Integer, Select, bindparam, case, func, select
from sqlalchemy.orm import Session

from app.domain.credits import Credit, Credits
from app.domain.errors import NotFound
from app.models import Mosaic, Pack, Source, SourceFile, Tile
from app.services.browse import tile_set_for
from app.services.take_away import why_not
from app.services.walk_in import kept_plan
from app.storage.base import Storage


def credits_of(
    session: Session, storage: Storage, mosaic: Mosaic, *, owner_id: UUID, title: str
) -> Credits:
    """Of a mosaic that the caller has already looked up. Raises NotFound where nobody knows, MissingObject, StorageDown."""
    if mosaic.plan_key is None or mosaic.tile_set_id is None:
        raise NotFound(why_not(mosaic))
    tile_set = tile_set_for(session, owner_id, mosaic.tile_set_id)
    used = Counter(kept_plan(storage, mosaic.plan_key).tiles)
    rows = tuple(
        Credit(row.source, row.film, row.tiles, row.uses)
        for row in session.execute(_select(mosaic.tile_set_id, used))
    )
    cells = used.total()
    thanks = (mosaic.photo.credit, tile_set.credit)
    return Credits(
        title=title,
        tile_set=tile_set.name,
        cells=cells,
        rows=rows,
        gone=cells - sum(row.uses for row in rows),
        thanks=tuple(dict.fromkeys(filter(None, thanks))),
    )


def _select(tile_set_id: UUID, used: Counter[int]) -> Select[tuple[str, str, int, int]]:
    # Two array parameters: a mosaic may use more tiles than a statement takes parameters.
    numbers = bindparam("numbers", list(used), type_=ARRAY(Integer))
    counts = bindparam("counts", list(used.values()), type_=ARRAY(Integer))
    shown = func.unnest(numbers, counts).table_valued("number", "times").render_derived()
    film = case((Pack.film.is_not(None), func.coalesce(SourceFile.name, Tile.name)), else_="")
    behind = (SourceFile.source_id == Tile.source_id) & (SourceFile.number == Pack.film)
    uses = func.sum(shown.c.times)
    return (
        select(
            Source.name.label("source"),
            film.label("film"),
            func.count().label("tiles"),
            uses.label("uses"),
        )
        .select_from(shown)
        .join(Tile, (Tile.tile_set_id == tile_set_id) & (Tile.number == shown.c.number))
        .join(Pack, Pack.id == Tile.pack_id)
        .join(Source, Source.id == Tile.source_id)
        .outerjoin(SourceFile, behind)
        .group_by(Source.id, Source.name, film)
        .order_by(uses.desc(), Source.name, film)
    )
