"""The uploads that tiles of a set that was taken away came with: they stand in the set again, with their names and counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Sequence
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.domain.names import shown_name
from app.domain.sources import SourceKind
from app.domain.states import QUEUE_OF, JobKind, JobState
from app.models import Job, Source
from worker.jobs.packing import Packed

# Nobody has added to a set more often; a table that names more was written by somebody else.
MOST = 1_000


def former_sources(
    session: Session, source: Source, packs: Sequence[Packed], known: Container[bytes]
) -> dict[str | None, UUID]:
    """Rows for the uploads that these tiles came with, made where they are missing. Returns their ids by their names."""
    tiles, sizes = Counter[str](), Counter[str]()
    filmed: set[str] = set()
    for pack in packs:
        columns = zip(pack.sources, pack.digests, pack.lengths.tolist(), pack.times_ms, strict=True)
        for name, digest, length, time_ms in columns:
            if name is not None and digest not in known:
                tiles[name] += 1
                sizes[name] += length
                filmed |= {name} if time_ms is not None else set()
    names = sorted(tiles)[:MOST]
    ids: dict[str | None, UUID] = {name: uuid5(source.id, name) for name in names}
    for name in names:
        source_id = ids[name]
        kind = SourceKind.FILM if name in filmed else SourceKind.PICTURES
        row: dict[str, Any] = {
            "id": source_id,
            "owner_id": source.owner_id,
            "tile_set_id": source.tile_set_id,
            "kind": kind,
            "name": shown_name(name, otherwise="an upload"),
            "bytes": sizes[name],
            "taken": tiles[name],
        }
        counts = {key: getattr(Source, key) + row[key] for key in ("bytes", "taken")}
        made = insert(Source).values(row)
        session.execute(made.on_conflict_do_update(index_elements=["id"], set_=counts))
        session.execute(insert(Job).values(_over(source, source_id)).on_conflict_do_nothing())
    return ids


def _over(source: Source, source_id: UUID) -> dict[str, Any]:
    """A source has a job that read it; this one was read elsewhere."""
    return {
        "id": uuid5(source_id, "job"),
        "owner_id": source.owner_id,
        "kind": JobKind.READ_SOURCE,
        "queue": QUEUE_OF[JobKind.READ_SOURCE],
        "source_id": source_id,
        "idempotency_key": f"former {source_id}",
        "state": JobState.SUCCEEDED,
        "stage": "Done",
        "share": 1.0,
        "finished_at": func.now(),
    }
