"""A code that the operator hands out, and the new password that it lets somebody choose. We send no e-mail."""

from __future__ import annotations

import base64
import secrets
from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.domain.errors import BadInput
from app.domain.people import checked_password
from app.models import Account, ResetCode
from app.services.log_in import account_called
from app.services.logins import digest_of, end_logins
from app.services.passwords import hashed

# Long enough to be told on the telephone tomorrow.
LIFETIME = timedelta(hours=24)
# 100 bits: not to be guessed within a day at any speed.
CODE_BYTES = 13
WRONG_CODE = (
    "This code does not belong to this e-mail address, was used before, or is older than a day. "
    "Look at both, or ask whoever runs this Tessera for a new one."
)


def new_reset_code(session: Session, account: Account) -> str:
    """A code to be shown once, in place of any before; the caller commits."""
    code = base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode().rstrip("=").lower()
    session.execute(delete(ResetCode).where(ResetCode.account_id == account.id))
    session.add(
        ResetCode(digest=digest_of(code), account_id=account.id, expires_at=func.now() + LIFETIME)
    )
    return "-".join(code[at : at + 7] for at in range(0, len(code), 7))


def reset_password(session: Session, *, email: str, code: str, password: str) -> Account:
    """Use the code up and log all browsers out; the caller commits. Raises BadInput naming the field."""
    account = account_called(session, email)
    clean = "".join(c for c in code.lower() if c.isalnum())
    kept = account and session.scalar(
        select(ResetCode)
        .where(
            ResetCode.digest == digest_of(clean),
            ResetCode.account_id == account.id,
            ResetCode.expires_at > func.now(),
        )
        .with_for_update()
    )
    if account is None or not kept:
        raise BadInput(WRONG_CODE, field="code")
    account.password_hash = hashed(checked_password(password, email=account.email))
    session.delete(kept)
    end_logins(session, account.id)
    return account
