"""The database's tables, before anyone needs them."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.exc import OperationalError

from app import db
from app.settings import BadSetting, Settings
from cli.stack.process import NotStarted


def prepare(environ: Mapping[str, str]) -> None:
    """Check what the environment says, and bring the tables up to date. Raises NotStarted."""
    try:
        db.migrate(Settings.from_environ(environ).database_url)
    except BadSetting as error:
        raise NotStarted(f"{error}. It comes from the environment of this command.") from error
    except OperationalError as error:
        raise NotStarted(
            f"The database that DATABASE_URL names does not answer: {error.orig}"
        ) from error
