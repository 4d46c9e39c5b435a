"""How much an owner has, and whether there is room for more.

The quota comes with the session (`app.db.sessions_from`): sessions of web processes and of workers carry it, so that no page
can forget it; those of the operator's commands do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from app.db import QUOTA
from app.domain.limits import SYSTEM_OWNER
from app.domain.quotas import OverQuota, Quota, TooMany
from app.domain.states import OVER
from app.domain.words import bytes_in_words
from app.models import (
    Job,
    Owner,
    Pack,
    Source,
    SourceFile,
    TileSet,
    Upload,
    UploadFile,
)
from app.services.move_owner import owned_tables
from app.services.owners import ensure_owner
from app.storage.base import Storage

# Half a minute is what a mosaic takes.
JOBS_RETRY_SECONDS = 30


@dataclass(frozen=True)
class Use:
    """What an owner has."""

    bytes: int
    tiles: int
    jobs: int


def quota_of(session: Session) -> Quota | None:
    """What each owner may have; None where nobody counts."""
    quota: Quota | None = session.info.get(QUOTA)
    return quota


def use_of(session: Session, owner_id: UUID) -> Use:
    """Bytes with those that were announced and are on their way, tiles, and jobs that wait or run."""
    tiles = select(func.sum(TileSet.tile_count)).where(TileSet.owner_id == owner_id)
    jobs = select(func.count()).where(
        Job.owner_id == owner_id, Job.part.is_(None), Job.state.not_in(OVER)
    )
    sums = [_sum(query) for query in (*_bytes(owner_id), tiles, jobs)]
    *stored, all_tiles, all_jobs = session.execute(select(*sums)).one()
    return Use(int(sum(stored)), int(all_tiles), int(all_jobs))


def look_for_room(session: Session, owner_id: UUID, *, more: int = 0, jobs: int = 0) -> None:
    """Raise OverQuota or TooMany unless there is room for so many more bytes and jobs, and for any tile.

    For a first look, before bytes are stored; what counts is `take_room`.
    """
    quota = _quota_for(session, owner_id)
    if quota is None:
        return
    use = use_of(session, owner_id)
    if jobs and use.jobs + jobs > quota.jobs:
        raise TooMany(_jobs_sentence(use), retry_after=JOBS_RETRY_SECONDS, field="form")
    if more and use.bytes + more > quota.bytes:
        raise OverQuota(_bytes_sentence(use, quota, more), field="files")


def take_room(session: Session, owner_id: UUID, *, more: int = 0, jobs: int = 0) -> None:
    """The same in the transaction that inserts the rows: two requests of one owner come one after the other."""
    if _quota_for(session, owner_id) is None:
        return
    ensure_owner(session, owner_id)
    _lock(session, owner_id)
    look_for_room(session, owner_id, more=more, jobs=jobs)


@contextmanager
def no_room_without(storage: Storage, keys: Sequence[str]) -> Iterator[None]:
    """Where there is no room, delete what was stored meanwhile."""
    try:
        yield
    except (OverQuota, TooMany):
        for key in keys:
            storage.delete(key)
        raise


def check_tiles(session: Session, owner_id: UUID) -> None:
    """Raise OverQuota where an owner has as many tiles as may be."""
    quota = _quota_for(session, owner_id)
    if quota is None:
        return
    tiles = use_of(session, owner_id).tiles
    if tiles >= quota.tiles:
        raise OverQuota(
            f"Your tile sets have {tiles:,} tiles, and {quota.tiles:,} is the most that are kept for one person here. "
            "Remove tiles or a whole set first. What you have is safe; nothing was added.",
            field="files",
        )


def tiles_left(session: Session, owner_id: UUID) -> int | None:
    """How many more tiles an owner may have; None where nobody counts."""
    quota = _quota_for(session, owner_id)
    if quota is None:
        return None
    return max(0, quota.tiles - use_of(session, owner_id).tiles)


def take_tiles(session: Session, owner_id: UUID) -> int | None:
    """The same in the transaction that writes tiles: two uploads of one owner are counted one after the other.

    Before a tile set is locked, never after: whoever adds an upload holds the owner and then refers to the set.
    """
    if _quota_for(session, owner_id) is None:
        return None
    _lock(session, owner_id)
    return tiles_left(session, owner_id)


def no_more_tiles(session: Session) -> str:
    """What is said of pictures that were sent and did not become tiles."""
    quota = quota_of(session)
    most = f": {quota.tiles:,}" if quota else ""
    return (
        f"Your tile sets have as many tiles as are kept for one person here{most}. What was read before this is in the set. "
        "Remove tiles or a whole set, then add these again; what is there is not taken twice."
    )


def _quota_for(session: Session, owner_id: UUID) -> Quota | None:
    """None where nobody counts: in sessions of the operator's commands, and for whoever runs Tessera."""
    return None if owner_id == SYSTEM_OWNER else quota_of(session)


def _lock(session: Session, owner_id: UUID) -> None:
    # NO KEY: whoever only refers to the owner need not wait.
    session.execute(select(Owner.id).where(Owner.id == owner_id).with_for_update(key_share=True))


def _bytes(owner_id: UUID) -> list[Select[Any]]:
    """Whatever lies in storage: rows that say `bytes` or `..._bytes`. A source's are those of its files."""
    told = [
        select(func.sum(column)).where(table.c.owner_id == owner_id)
        for table in owned_tables()
        for column in table.columns
        if re.fullmatch(r"(\w+_)?bytes", column.name) and table.name != Source.__tablename__
    ]
    return [
        *told,
        select(func.sum(SourceFile.bytes)).join(Source).where(Source.owner_id == owner_id),
        select(func.sum(UploadFile.bytes)).join(Upload).where(Upload.owner_id == owner_id),
        select(func.sum(Pack.bytes)).join(TileSet).where(TileSet.owner_id == owner_id),
    ]


def _sum(query: Select[Any]) -> ColumnElement[int]:
    return func.coalesce(query.scalar_subquery(), 0)


def _jobs_sentence(use: Use) -> str:
    return (
        f"{use.jobs:,} of your jobs are waiting or running, as many as one person may have at once. "
        "Wait until one is done, or cancel one, and press the button again. What you chose is still here."
    )


def _bytes_sentence(use: Use, quota: Quota, more: int) -> str:
    return (
        f"This is {bytes_in_words(more)}, and of the {bytes_in_words(quota.bytes)} that are kept for one person here you "
        f"use {bytes_in_words(use.bytes)}. Delete what you no longer need, or ask whoever runs this Tessera for more. "
        "What you have is safe; nothing was added."
    )
