"""What `tessera account` does, in the database of a running Tessera."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping

from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.db import connect, sessions_from
from app.domain.errors import NotFound, TesseraError
from app.domain.people import checked_email
from app.domain.words import bytes_in_words
from app.models import Account
from app.services.log_in import account_called
from app.services.quotas import use_of
from app.services.reset_password import new_reset_code
from app.services.sign_up import new_account
from app.settings import Settings

# What is told in a line; anything else is a fault of ours and deserves its traceback.
mistakes = (TesseraError, OperationalError, OSError)

Say = Callable[[str], None]


def act(environ: Mapping[str, str], arguments: argparse.Namespace, say: Say) -> None:
    """Raises one of `mistakes`."""
    pool = connect(Settings.from_environ(environ).database_url, pool_size=2)
    try:
        with sessions_from(pool)() as session:
            _act(session, arguments, say)
    finally:
        pool.dispose()


def _act(session: Session, arguments: argparse.Namespace, say: Say) -> None:
    if arguments.act == "create":
        create(session, arguments.email, operator=arguments.operator, say=say)
    elif arguments.act == "reset":
        reset(session, arguments.email, say)
    else:
        tell_all(session, say)


def create(session: Session, email: str, *, operator: bool, say: Say) -> None:
    """An account without a password, and the code with which its owner chooses one. Raises BadInput."""
    account = new_account(session, email=checked_email(email), operator=operator)
    code = new_reset_code(session, account)
    session.commit()
    say(f"{account.email} has an account{' and may look after this Tessera' if operator else ''}.")
    _say_code(code, say)


def reset(session: Session, email: str, say: Say) -> None:
    """The old password goes on working until the code is used. Raises NotFound."""
    account = account_called(session, email)
    if account is None:
        raise NotFound(f"There is no account with the e-mail address {email}.")
    code = new_reset_code(session, account)
    session.commit()
    _say_code(code, say)


def tell_all(session: Session, say: Say) -> None:
    """One line an account."""
    for account in session.scalars(select(Account).order_by(Account.email)):
        use = use_of(session, account.owner_id)
        role = ", operator" if account.operator else ""
        since = f"{account.created_at:%Y-%m-%d}"
        say(
            f"{account.email}{role}: since {since}, {use.tiles:,} tiles, {bytes_in_words(use.bytes)}"
        )


def _say_code(code: str, say: Say) -> None:
    say(f"Code for a new password, good once and for 24 hours: {code}")
    say("It is typed on the page /reset of this Tessera, and shown here only now.")
