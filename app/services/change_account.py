"""Another password, another e-mail address. Both ask for the password that there is."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.domain.errors import BadInput
from app.domain.people import checked_email, checked_password
from app.models import Account
from app.services.log_in import check_password
from app.services.logins import end_logins
from app.services.passwords import hashed
from app.services.sign_up import TAKEN


def change_password(session: Session, account: Account, *, current: str, password: str) -> None:
    """All browsers are logged out, and the caller logs this one in anew and commits. Raises BadInput naming the field."""
    check_password(account, current)
    account.password_hash = hashed(checked_password(password, email=account.email))
    end_logins(session, account.id)


def change_email(session: Session, account: Account, *, current: str, email: str) -> None:
    """The caller commits. Raises BadInput naming the field."""
    check_password(account, current)
    account.email = checked_email(email)
    try:
        session.flush()
    except IntegrityError as error:
        session.rollback()
        raise BadInput(TAKEN, field="email") from error
