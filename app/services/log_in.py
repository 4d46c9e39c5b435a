"""Recognise somebody by e-mail address and password."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.errors import BadInput
from app.models import Account
from app.services.move_owner import move_owner
from app.services.passwords import hashed, is_old, matches

# The same whichever of them is wrong, and whether or not there is such an account.
WRONG = "This e-mail address and this password do not belong together. Look at both and try again."
WRONG_PASSWORD = "This is not your password. Nothing was changed."  # noqa: S105 - a sentence


def log_in(session: Session, *, email: str, password: str, came_as: UUID | None) -> Account:
    """Whose address and password these are, with what the browser made so far moved in; the caller commits.

    Raises BadInput, after the same time whether or not there is such an account.
    """
    account = account_called(session, email)
    if not matches(password, account.password_hash if account else None) or account is None:
        raise BadInput(WRONG, field="form")
    if account.password_hash and is_old(account.password_hash):
        account.password_hash = hashed(password)
    move_owner(session, came=came_as, to=account.owner_id)
    return account


def account_called(session: Session, email: str) -> Account | None:
    """By its e-mail address, in whatever case it was typed."""
    email = email.strip().lower().replace("\0", "")  # which PostgreSQL would not even compare
    found: Account | None = session.scalar(select(Account).where(Account.email == email))
    return found


def check_password(account: Account, password: str, *, field: str = "current") -> None:
    """Raise BadInput unless it is the account's."""
    if not matches(password, account.password_hash):
        raise BadInput(WRONG_PASSWORD, field=field)
