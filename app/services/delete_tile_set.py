"""Delete a tile set with everything that belongs to it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Clip, Pack, Sheet, Source, SourceFile, Still, Upload, UploadFile
from app.services.browse import tile_set_for
from app.services.uploads import forget, stored_of
from app.storage.base import Storage
from app.storage.forget import forget_objects


def delete_tile_set(
    session: Session, storage: Storage, *, owner_id: UUID, tile_set_id: UUID
) -> str:
    """Rows first, objects later; mosaics made with it stay. Returns its name. Raises NotFound.

    A job that is reading into the set finds its row gone and stops.
    """
    tile_set = tile_set_for(session, owner_id, tile_set_id, mine=True)
    packs = session.execute(
        select(Pack.key, Pack.thumbs_key).where(Pack.tile_set_id == tile_set.id)
    ).all()
    uploads = session.scalars(
        select(SourceFile.key)
        .join(Source, Source.id == SourceFile.source_id)
        .where(Source.tile_set_id == tile_set.id)
    ).all()
    arriving = stored_of(
        session,
        UploadFile.upload_id.in_(select(Upload.id).where(Upload.tile_set_id == tile_set.id)),
    )
    seen = [
        key
        for model in (Still, Clip)
        for key in session.scalars(
            select(model.key)
            .join(Source, Source.id == model.source_id)
            .where(Source.tile_set_id == tile_set.id)
        )
    ]
    sheets = session.scalars(select(Sheet.key).where(Sheet.tile_set_id == tile_set.id).distinct())
    keys = [key for pack in packs for key in pack] + [*uploads, *seen, *sheets]
    if tile_set.strip_key:
        keys.append(tile_set.strip_key)
    session.delete(tile_set)
    session.commit()
    forget_objects(storage, keys)
    forget(storage, arriving)
    return tile_set.name
