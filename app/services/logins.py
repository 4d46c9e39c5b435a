"""Browsers that are logged in: begun, recognised, listed and ended."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.domain.errors import NotFound
from app.domain.people import browser_name
from app.models import Account, Login

# As long as the cookie (app/web/security.py).
UNUSED = timedelta(days=400)
# When a browser was last here is written down this often at most.
SEEN_EVERY = timedelta(minutes=5)


def digest_of(secret: str) -> bytes:
    """Of a random text; unlike a password it cannot be guessed, so that a fast digest is enough."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()


def begin_login(session: Session, account: Account, *, agent: str) -> str:
    """A new random text for the cookie; the caller commits."""
    secret = secrets.token_urlsafe(32)
    session.add(Login(digest=digest_of(secret), account_id=account.id, browser=browser_name(agent)))
    session.flush()
    return secret


def login_of(session: Session, secret: str) -> Login | None:
    """Who has this text in the cookie; None where it was ended, or never was."""
    found: Login | None = session.scalar(
        select(Login).where(Login.digest == digest_of(secret), Login.seen_at > func.now() - UNUSED)
    )
    return found


def saw(session: Session, login: Login) -> None:
    """Write down that a browser was here, now and then; the caller commits."""
    if datetime.now(UTC) - login.seen_at < SEEN_EVERY:
        return
    session.execute(update(Login).where(Login.id == login.id).values(seen_at=func.now()))


def logins_of(session: Session, account_id: UUID) -> Sequence[Login]:
    """Last seen first."""
    return session.scalars(
        select(Login).where(Login.account_id == account_id).order_by(Login.seen_at.desc(), Login.id)
    ).all()


def end_login(session: Session, *, account_id: UUID | None, login_id: UUID) -> None:
    """Log a browser of this account out, and commit. Raises NotFound."""
    mine = (Login.id == login_id, Login.account_id == account_id)
    if session.scalar(delete(Login).where(*mine).returning(Login.id)) is None:
        raise NotFound("There is no such browser here. It may have been logged out already.")
    session.commit()


def end_logins(session: Session, account_id: UUID, *, but: UUID | None = None) -> None:
    """Log all browsers of an account out, but one; the caller commits."""
    others = delete(Login).where(Login.account_id == account_id)
    session.execute(others.where(Login.id != but) if but else others)


def forget_unused_logins(session: Session) -> None:
    """Delete those that no browser used for as long as its cookie lasts; the caller commits."""
    session.execute(delete(Login).where(Login.seen_at < func.now() - UNUSED))
