"""A new account, which takes over what the browser made so far."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.domain.errors import BadInput
from app.domain.people import checked_email, checked_password
from app.models import Account, Owner
from app.services.move_owner import move_owner
from app.services.passwords import hashed

TAKEN = (
    "There is an account with this e-mail address already. Log in with it, or take another address."
)


def sign_up(session: Session, *, email: str, password: str, came_as: UUID | None) -> Account:
    """Insert the account; the caller commits. Raises BadInput naming the field."""
    email = checked_email(email)
    password_hash = hashed(checked_password(password, email=email))
    account = new_account(session, email=email, password_hash=password_hash)
    move_owner(session, came=came_as, to=account.owner_id)
    return account


def new_account(
    session: Session, *, email: str, password_hash: str | None = None, operator: bool = False
) -> Account:
    """An account with an owner that no cookie ever named: old copies of a browser's cookie lead nowhere.

    The caller commits. Raises BadInput where the address is taken.
    """
    owner = Owner()
    session.add(owner)
    session.flush()
    account = Account(
        owner_id=owner.id, email=email, password_hash=password_hash, operator=operator
    )
    session.add(account)
    try:
        session.flush()
    except IntegrityError as error:
        session.rollback()
        raise BadInput(TAKEN, field="email") from error
    return account
