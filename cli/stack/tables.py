"""The database's tables, before anyone needs them."""

from __future__ import annotations

import re

import psycopg

from cli.stack.process import ROOT, NotStarted

VERSIONS = ROOT / "migrations" / "versions"
REVISION = re.compile(r'^revision\b.*= "(\w+)"', re.MULTILINE)


def prepare(database_url: str) -> None:
    """Bring the tables up to date. Raises NotStarted when the database does not answer."""
    try:
        if revision(database_url) == newest_revision():
            return
    except psycopg.OperationalError as error:
        raise NotStarted(
            f"The database that DATABASE_URL names does not answer: {error}"
        ) from error
    from app import db  # noqa: PLC0415 - SQLAlchemy and Alembic take a second that most starts can save

    db.migrate(database_url)


def revision(database_url: str) -> str | None:
    """Which migration the tables stand at; None for an empty database."""
    with psycopg.connect(database_url.replace("+psycopg", "", 1), connect_timeout=10) as line:
        if line.execute("SELECT to_regclass('alembic_version')").fetchone() == (None,):
            return None
        row = line.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else None


def newest_revision() -> str:
    """The files are numbered; a test holds that the last one is Alembic's head."""
    newest = max(VERSIONS.glob("[0-9]*.py"))
    found = REVISION.search(newest.read_text())
    return found[1] if found else ""
