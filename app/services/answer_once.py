"""A request that was sent twice is done once: what it was answered is kept for a day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.domain.errors import BadInput, NotNow
from app.models import ApiAnswer

KEPT = timedelta(days=1)
# The largest upload takes less; after that its process is gone, and asking again is right.
UNDER_WAY = timedelta(hours=1)
ANOTHER = (
    "This Idempotency-Key was used for another request. Use a new one for each thing that is to be done. "
    "Nothing was changed."
)
NOT_YET = (
    "The request with this Idempotency-Key is still being answered. Ask again in a few seconds."
)


def begin_once(session: Session, owner_id: UUID, key: str, request: bytes) -> ApiAnswer | None:
    """None where the request is to be done now; else what it was answered. Commits.

    Raises BadInput (the key was used for something else), NotNow (it is being done).
    """
    mine = (ApiAnswer.owner_id == owner_id, ApiAnswer.key == key)
    age = func.now() - ApiAnswer.created_at
    over = (age > KEPT) | (ApiAnswer.status.is_(None) & (age > UNDER_WAY))
    session.execute(delete(ApiAnswer).where(*mine, over))
    new = insert(ApiAnswer).values(owner_id=owner_id, key=key, request=request)
    begun = session.scalar(new.on_conflict_do_nothing().returning(ApiAnswer.key))
    known = None if begun else session.scalar(select(ApiAnswer).where(*mine))
    session.commit()
    if known is None:
        return None
    if known.request != request:
        raise BadInput(ANOTHER)
    if known.status is None:
        raise NotNow(NOT_YET)
    return known


def end_once(
    session: Session, owner_id: UUID, key: str, *, status: int, body: dict[str, Any]
) -> None:
    """Keep the answer. Commits."""
    mine = (ApiAnswer.owner_id == owner_id, ApiAnswer.key == key)
    session.execute(update(ApiAnswer).where(*mine).values(status=status, body=body))
    session.commit()


def forget_once(session: Session, owner_id: UUID, key: str) -> None:
    """It went wrong: the same key may be used again. Commits."""
    session.rollback()
    session.execute(delete(ApiAnswer).where(ApiAnswer.owner_id == owner_id, ApiAnswer.key == key))
    session.commit()
