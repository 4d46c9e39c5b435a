"""Take tiles out of a set: some of them, or all that came with one source. Mosaics made with them stay as they are."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    any_,
    bindparam,
    delete,
    exists,
    select,
    update,
)
from sqlalchemy.orm import Session

from app.domain.errors import NotFound, NotNow
from app.domain.sheets import sheet_of
from app.domain.states import JobState
from app.models import BannedTile, Clip, Job, Pack, Sheet, Source, SourceFile, Still, Tile, TileSet
from app.queue import Doorbell
from app.services.ask_to_look import survey_set
from app.services.browse import tile_set_for
from app.storage.base import Storage
from app.storage.forget import forget_objects

BUSY = (
    "“{name}” is still being read. Cancel that first, or wait until it is done, and remove it then."
)


def remove_tiles(
    session: Session,
    storage: Storage,
    doorbell: Doorbell,
    *,
    owner_id: UUID,
    tile_set_id: UUID,
    numbers: Sequence[int],
) -> int:
    """Remove these tiles and commit. Returns how many there were. Raises NotFound (not this owner's set).

    Their numbers are never given to other tiles. Their pictures are wiped out of packs and sheets by the next survey.
    """
    tile_set = _locked(session, owner_id, tile_set_id)
    some = Tile.number == any_(bindparam("some", list(numbers), type_=ARRAY(Integer)))
    before = tile_set.tile_count
    keys = _remove(session, tile_set, some)
    if tile_set.tile_count < before:
        survey_set(session, doorbell, tile_set)
    session.commit()
    forget_objects(storage, keys)
    return before - tile_set.tile_count


def remove_source(
    session: Session,
    storage: Storage,
    doorbell: Doorbell,
    *,
    owner_id: UUID,
    tile_set_id: UUID,
    source_id: UUID,
) -> str:
    """Remove a source with all its tiles: rows first, then objects. Returns its name.

    Raises NotFound, and NotNow while it is being read.
    """
    tile_set = _locked(session, owner_id, tile_set_id)
    source = source_in(session, tile_set, source_id)
    states = select(Job.state).where(Job.source_id == source.id)
    if not all(JobState(state).is_over for state in session.scalars(states)):
        raise NotNow(BUSY.format(name=source.name))
    uploads = [
        key
        for model in (SourceFile, Still, Clip)
        for key in session.scalars(select(model.key).where(model.source_id == source.id))
    ]
    sheets = _remove(session, tile_set, Tile.source_id == source.id)
    keys = uploads + sheets + _forget_empty_packs(session, tile_set)
    session.delete(source)
    survey_set(session, doorbell, tile_set)
    forget_objects(storage, keys)
    return source.name


def source_in(session: Session, tile_set: TileSet, source_id: UUID) -> Source:
    """A source of a set that the caller has already looked up. Raises NotFound."""
    source = session.get(Source, source_id)
    if source is None or source.tile_set_id != tile_set.id:
        raise NotFound("There is no such source in this tile set. It may have been removed.")
    return source


def _locked(session: Session, owner_id: UUID, tile_set_id: UUID) -> TileSet:
    """Locked, so that a source that is read meanwhile counts its tiles before or after us."""
    tile_set = tile_set_for(session, owner_id, tile_set_id, mine=True)
    session.refresh(tile_set, with_for_update=True)
    return tile_set


def _remove(session: Session, tile_set: TileSet, which: ColumnElement[bool]) -> list[str]:
    """Delete the rows of tiles and of the sheets that show them. Returns keys of objects without a sheet."""
    gone = session.execute(
        delete(Tile)
        .where(Tile.tile_set_id == tile_set.id, which)
        .returning(Tile.number, Tile.pack_id)
    ).all()
    mine = BannedTile.tile_set_id == tile_set.id
    there = exists().where(Tile.tile_set_id == tile_set.id, Tile.number == BannedTile.number)
    session.execute(delete(BannedTile).where(mine, ~there))
    packs = {row.pack_id for row in gone}
    session.execute(update(Pack).where(Pack.id.in_(packs)).values(dirty=True))
    sheets = bindparam("sheets", sorted({sheet_of(n) for n, _ in gone}), type_=ARRAY(Integer))
    mine = Sheet.tile_set_id == tile_set.id
    keys = select(Sheet.key).where(mine).distinct()
    before = set(session.scalars(keys))
    session.execute(delete(Sheet).where(mine, Sheet.number == any_(sheets)))
    tile_set.tile_count -= len(gone)
    tile_set.generation += bool(gone)
    return sorted(before - set(session.scalars(keys)))


def _forget_empty_packs(session: Session, tile_set: TileSet) -> list[str]:
    """Delete the rows of packs without a tile. Returns the keys of their objects."""
    empty = ~select(Tile.number).where(Tile.pack_id == Pack.id).exists()
    rows = session.execute(
        delete(Pack)
        .where(Pack.tile_set_id == tile_set.id, empty)
        .returning(Pack.key, Pack.thumbs_key)
    )
    return [key for row in rows for key in row]
