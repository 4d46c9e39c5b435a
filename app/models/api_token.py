"""Tokens with which scripts act for an owner."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.scopes import Scope
from app.models.base import Base, CreatedAt, Id, OwnerId


class ApiToken(Base):
    """`hash` is the SHA-256 of a token that nobody but the script has; `used_at` is right to a minute."""

    __tablename__ = "api_tokens"

    id: Mapped[Id]
    owner_id: Mapped[OwnerId]
    name: Mapped[str]
    hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(String))
    used_at: Mapped[datetime | None]
    # None: until it is revoked.
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]

    @property
    def is_over(self) -> bool:
        """Whether it has expired, for a list; what counts is the database's clock."""
        return self.expires_at is not None and self.expires_at <= datetime.now(UTC)

    def may(self, scope: Scope) -> bool:
        """Whether it was made for this."""
        return scope in self.scopes
