"""Workers say that they are there, and whoever looks after them sees which queues nobody works on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.models import Worker

# Four rounds of its sweeper may be missed.
SEEN_WITHIN = timedelta(seconds=20)
FORGOTTEN_AFTER = timedelta(hours=1)


@dataclass(frozen=True)
class Presence:
    """A worker process: what it is called, and the queues that it works on."""

    name: str
    queues: Sequence[str]
    id: UUID = field(default_factory=uuid4)


def be_seen(session: Session, worker: Presence) -> None:
    """The worker is there now. Those that have not been for an hour are forgotten."""
    row = insert(Worker).values(id=worker.id, name=worker.name, queues=[*worker.queues])
    session.execute(row.on_conflict_do_update(index_elements=["id"], set_={"seen_at": func.now()}))
    session.execute(delete(Worker).where(Worker.seen_at < func.now() - FORGOTTEN_AFTER))


def workers_seen(session: Session) -> list[Worker]:
    """Those that are there, by name."""
    lately = Worker.seen_at > func.now() - SEEN_WITHIN
    return [*session.scalars(select(Worker).where(lately).order_by(Worker.name))]
