"""The engine, the sessions and the migrations of the one database."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session, sessionmaker

Sessions = sessionmaker[Session]

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


def connect(database_url: str, *, pool_size: int = 8) -> Engine:
    """Open a pool. Connections are tested before use, so that a restarted Postgres costs no request.

    Five seconds to connect: a page answers 503 rather than hang while Postgres is away.
    """
    return create_engine(
        database_url,
        pool_pre_ping=True,
        pool_size=pool_size,
        max_overflow=32,
        pool_timeout=5,
        connect_args={"connect_timeout": 5},
    )


def sessions_from(engine: Engine) -> Sessions:
    """Sessions whose objects stay readable after commit: pages render after the transaction is over."""
    return sessionmaker(engine, expire_on_commit=False)


def migrate(database_url: str, revision: str = "head") -> None:
    """Bring the tables to `revision`."""
    from alembic import command  # noqa: PLC0415 - half a second that only migrations need to pay
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["database_url"] = database_url
    if revision == "base" or revision.startswith("-"):
        command.downgrade(config, revision)
    else:
        command.upgrade(config, revision)
