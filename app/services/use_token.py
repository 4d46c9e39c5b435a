"""Whom a script acts for."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from app.domain.errors import NotKnown
from app.domain.random_texts import hash_of
from app.models import ApiToken

# "Last used" is for finding forgotten tokens: a script that asks ten times a second need not write ten times.
USED_EVERY = timedelta(minutes=1)
UNKNOWN = (
    "This token is wrong, expired or revoked. Make another one on the page “Tokens” and use that."
)


def use_token(session: Session, token: str) -> ApiToken:
    """The row of a token that counts. Raises NotKnown."""
    found: ApiToken | None = session.scalar(
        select(ApiToken).where(
            ApiToken.hash == hash_of(token),
            ApiToken.revoked_at.is_(None),
            or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > func.now()),
        )
    )
    if found is None:
        raise NotKnown(UNKNOWN)
    long_ago = or_(ApiToken.used_at.is_(None), ApiToken.used_at < func.now() - USED_EVERY)
    used = update(ApiToken).where(ApiToken.id == found.id, long_ago).values(used_at=func.now())
    session.execute(used.execution_options(synchronize_session=False))
    session.commit()
    return found
