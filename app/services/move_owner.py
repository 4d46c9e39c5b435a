"""What a browser had before somebody logged in becomes the account's."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import String, Table, Update, cast, func, select, update
from sqlalchemy.orm import Session, aliased

from app.models import Account, ApiAnswer, Base, Job, Owner

# Whose account it is does not move: an account has one owner from its first day. Answers that are kept for scripts are
# forgotten in a day, and two scripts may have used one key.
STAYS = {Account.__tablename__, ApiAnswer.__tablename__}


def owned_tables() -> list[Table]:
    """Each table whose rows belong to an owner."""
    return [
        table
        for table in Base.metadata.sorted_tables
        if "owner_id" in table.columns and table.name not in STAYS
    ]


def move_owner(session: Session, *, came: UUID | None, to: UUID) -> None:
    """Give all rows of one owner to another; the caller commits. Objects keep their keys, which the rows name.

    A job that runs meanwhile writes where it began; its row is found by its token, whoever it belongs to. An owner moves
    once: an old copy of its cookie takes nothing of one account into another.
    """
    owner = session.get(Owner, came, with_for_update=True) if came else None
    if owner is None or owner.moved_to is not None or owner.id == to:
        return
    session.execute(_other_keys(owner.id, to))
    for table in owned_tables():
        mine = table.c.owner_id == owner.id
        session.execute(update(table).where(mine).values(owner_id=to))
    owner.moved_to = to
    session.flush()
    session.expire_all()


def _other_keys(came: UUID, to: UUID) -> Update:
    """The same form, sent before and after: both stay."""
    known = aliased(Job)
    keys = select(known.idempotency_key).where(known.owner_id == to).scalar_subquery()
    another = func.concat(Job.idempotency_key, " ", cast(Job.id, String))
    return (
        update(Job)
        .where(Job.owner_id == came, Job.idempotency_key.in_(keys))
        .values(idempotency_key=another)
        .execution_options(synchronize_session=False)
    )
