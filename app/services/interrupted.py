"""An upload that broke off, as its set's page tells of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.states import UploadState
from app.models import TileSet, Upload, UploadFile


@dataclass(frozen=True)
class UploadView:
    """An open upload: how many of its files are here, and what has to be chosen again."""

    id: UUID
    here: int
    here_bytes: int
    waiting: int
    waiting_names: Sequence[str]


def open_upload_of(session: Session, tile_set: TileSet, *, names: int = 8) -> UploadView | None:
    """What was interrupted in a set that the caller has already looked up; None where nothing was, or nothing named."""
    here = func.count().filter(UploadFile.whole)
    found = session.execute(
        select(Upload.id, here, func.sum(UploadFile.bytes).filter(UploadFile.whole), func.count())
        .join(UploadFile, UploadFile.upload_id == Upload.id)
        .where(Upload.tile_set_id == tile_set.id, Upload.state == UploadState.OPEN)
        .group_by(Upload.id)
    ).one_or_none()
    if found is None:
        return None
    upload_id, here_count, here_bytes, count = found
    waiting = session.scalars(
        select(UploadFile.name)
        .where(UploadFile.upload_id == upload_id, ~UploadFile.whole)
        .order_by(UploadFile.bytes.desc(), UploadFile.number)
        .limit(names)
    ).all()
    return UploadView(upload_id, here_count, int(here_bytes or 0), count - here_count, waiting)
