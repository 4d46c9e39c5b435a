"""People who log in: their accounts, the browsers they are logged in with, and how often something was asked for."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from sqlalchemy import ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, CreatedAt, Id

AccountId = Annotated[
    UUID, mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
]


class Account(Base):
    """Somebody with an e-mail address and a password. Everything they have is their owner's."""

    __tablename__ = "accounts"

    id: Mapped[Id]
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("owners.id", ondelete="CASCADE"), unique=True)
    # In lower case.
    email: Mapped[str] = mapped_column(unique=True)
    # As argon2id writes it, with its parameters and salt. None: nobody has chosen a password yet.
    password_hash: Mapped[str | None]
    operator: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[CreatedAt]


class Login(Base):
    """A browser that is logged in. Its cookie holds a random text, of which only the digest is here."""

    __tablename__ = "logins"

    id: Mapped[Id]
    digest: Mapped[bytes] = mapped_column(unique=True)
    account_id: Mapped[AccountId]
    # What the browser calls itself, in few words: "Firefox on Linux".
    browser: Mapped[str]
    created_at: Mapped[CreatedAt]
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())

    account: Mapped[Account] = relationship(lazy="joined")


class ResetCode(Base):
    """Lets somebody choose a new password, once, till it expires. Only its digest is here."""

    __tablename__ = "reset_codes"

    digest: Mapped[bytes] = mapped_column(primary_key=True)
    account_id: Mapped[AccountId]
    expires_at: Mapped[datetime]


class Rate(Base):
    """How far ahead of its allowance somebody is: at `free_at` nothing of it is spent any more.

    key : what is limited and for whom, as a keyed digest: no address or name of a person can be read from it.
    """

    __tablename__ = "rates"

    key: Mapped[bytes] = mapped_column(primary_key=True)
    free_at: Mapped[datetime] = mapped_column(index=True)
