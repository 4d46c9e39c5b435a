"""What all tables share."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, DateTime, ForeignKey, MetaData, func
from sqlalchemy.orm import DeclarativeBase, mapped_column

# Named constraints, so that a migration can drop what another made.
NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Root of all models."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: DateTime(timezone=True)}  # noqa: RUF012 - SQLAlchemy's own contract


Id = Annotated[UUID, mapped_column(primary_key=True, default=uuid4)]
OwnerId = Annotated[UUID, mapped_column(ForeignKey("owners.id", ondelete="CASCADE"), index=True)]
# The database's clock, so that two machines agree.
CreatedAt = Annotated[datetime, mapped_column(server_default=func.now())]
Bytes = Annotated[int, mapped_column(BigInteger)]
