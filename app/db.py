"""The engine, the sessions and the migrations of the one database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.orm import Session, sessionmaker

from app.domain.quotas import Quota
from app.pulse import Pulse

Sessions = sessionmaker[Session]

# In `Session.info`.
QUOTA = "quota"
# Postgres on the same network opens a connection in milliseconds; two seconds is the least that libpq takes.
AWAY_SECONDS = 2
# A process that is frozen in the middle of a transaction keeps its locks no longer. Storage is asked within some
# transactions, and takes up to a minute to say that it does not answer.
IDLE_SECONDS = 120
# Without a word from Postgres, until somebody asks whether it is still there: a page has five seconds in all. Nobody waits for
# a worker, and its lease lasts a minute.
PAGE_QUIET_SECONDS = 1.0
WORKER_QUIET_SECONDS = 15.0

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


def connect(database_url: str, *, pool_size: int = 8, quiet: float = PAGE_QUIET_SECONDS) -> Engine:
    """Open a pool. Connections are tested before use, so that a restarted Postgres costs no request.

    A page answers 503 within five seconds while Postgres is away: two for a free connection, two to open one. While it is
    frozen: `quiet` seconds, and two at its door.
    """
    engine = create_engine(
        database_url,
        pool_pre_ping=True,
        pool_size=pool_size,
        max_overflow=32,
        pool_timeout=AWAY_SECONDS,
        connect_args={
            "connect_timeout": AWAY_SECONDS,
            "tcp_user_timeout": 1000 * 2 * AWAY_SECONDS,
            "options": f"-c idle_in_transaction_session_timeout={IDLE_SECONDS}s",
        },
        # Errors are logged, and what people typed is none of the log's business.
        hide_parameters=True,
    )
    pulse = Pulse(quiet)

    @event.listens_for(engine, "do_connect")
    def _connect(_dialect: Any, _record: Any, args: Any, options: Any) -> Any:
        return pulse.connect(*args, **options)

    return engine


def sessions_from(engine: Engine, *, quota: Quota | None = None) -> Sessions:
    """Sessions whose objects stay readable after commit: pages render after the transaction is over.

    quota : what one owner may have; `app.services.quotas` asks the session for it.
    """
    return sessionmaker(engine, expire_on_commit=False, info={QUOTA: quota})


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
