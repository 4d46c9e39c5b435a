"""How often somebody may do something, counted in Postgres: it holds while Redis is away, and for all web processes."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.domain.quotas import Allowance
from app.models import Rate


def spend(session: Session, allowance: Allowance, key: bytes) -> float | None:
    """Count one more for this key, and commit. None: it is allowed; else the seconds until it will be.

    One row a key and one statement, whoever asks at the same time (the generic cell rate algorithm, ITU-T I.371): each
    time moves `free_at` on by seconds / times, and it may be `seconds` ahead of now at most. What is refused costs nothing.
    """
    step = timedelta(seconds=allowance.seconds / allowance.times)
    whole = timedelta(seconds=allowance.seconds)
    now = func.clock_timestamp()
    moved = func.greatest(Rate.free_at, now) + step
    allowed = session.scalar(
        insert(Rate)
        .values(key=key, free_at=now + step)
        .on_conflict_do_update(
            index_elements=[Rate.key], set_={"free_at": moved}, where=moved <= now + whole
        )
        .returning(Rate.free_at)
    )
    session.commit()
    return None if allowed else _wait(session, key, whole - step)


def give_back(session: Session, key: bytes) -> None:
    """Forget what was counted; the caller commits."""
    session.execute(delete(Rate).where(Rate.key == key))


def forget_old_rates(session: Session) -> None:
    """Delete rows that limit nobody any more; the caller commits."""
    session.execute(delete(Rate).where(Rate.free_at < func.now()))


def _wait(session: Session, key: bytes, room: timedelta) -> float:
    row = session.execute(
        select(Rate.free_at, func.clock_timestamp()).where(Rate.key == key)
    ).one_or_none()
    session.commit()
    if row is None:  # forgotten in between
        return 0.0
    free_at: datetime = row[0]
    now: datetime = row[1]
    return max(0.0, (free_at - now - room).total_seconds())
