"""Tokens for scripts: made, listed, revoked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.errors import BadInput, NotFound
from app.domain.limits import TOKENS_MAX
from app.domain.names import checked_name
from app.domain.random_texts import hash_of, new_token
from app.domain.scopes import Scope
from app.models import ApiToken
from app.services.owners import ensure_owner

NO_SCOPE = "Tick at least one thing that the token may be used for."
ENOUGH = (
    f"You have {TOKENS_MAX} tokens, as many as we keep. Revoke one that no script uses any more."
)


def create_token(
    session: Session,
    *,
    owner_id: UUID,
    name: str,
    scopes: Collection[Scope],
    lasts: timedelta | None,
) -> tuple[ApiToken, str]:
    """Commit a token. Returns its row and the token itself, which is nowhere else. Raises BadInput.

    lasts : None until it is revoked.
    """
    clean = checked_name(name, what="token")
    if not scopes:
        raise BadInput(NO_SCOPE, field="scopes")
    if len(tokens_of(session, owner_id)) >= TOKENS_MAX:
        raise BadInput(ENOUGH, field="name")
    ensure_owner(session, owner_id)
    secret = new_token()
    token = ApiToken(
        owner_id=owner_id,
        name=clean,
        hash=hash_of(secret),
        scopes=[scope.value for scope in Scope if scope in scopes],
        expires_at=func.now() + lasts if lasts else None,
    )
    session.add(token)
    session.commit()
    return token, secret


def tokens_of(session: Session, owner_id: UUID) -> Sequence[ApiToken]:
    """Those that were not revoked, newest first."""
    mine = (ApiToken.owner_id == owner_id, ApiToken.revoked_at.is_(None))
    return session.scalars(
        select(ApiToken).where(*mine).order_by(ApiToken.created_at.desc(), ApiToken.id)
    ).all()


def revoke_token(session: Session, *, owner_id: UUID, token_id: UUID) -> None:
    """It opens nothing any more, from now on. Raises NotFound."""
    found = session.scalar(
        select(ApiToken).where(ApiToken.id == token_id, ApiToken.owner_id == owner_id)
    )
    if found is None:
        raise NotFound("There is no such token here. It may belong to another session.")
    if found.revoked_at is None:
        found.revoked_at = func.now()
    session.commit()
