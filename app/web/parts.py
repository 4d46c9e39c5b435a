"""What a request needs of the rest of Tessera, put together by the factory."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import cast

from flask import Flask, current_app, g
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.db import Sessions
from app.domain.quotas import Rules
from app.queue import Doorbell, Tuner
from app.services.counters import Counters
from app.storage.base import Storage

NAME = "tessera"
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Parts:
    """The collaborators that services take as arguments."""

    sessions: Sessions
    storage: Storage
    doorbell: Doorbell
    tuner: Tuner
    rules: Rules
    counters: Counters = field(default_factory=Counters)


def keep(app: Flask, parts: Parts) -> None:
    """Make `parts` known to the requests of `app`."""
    app.extensions[NAME] = parts
    app.teardown_appcontext(_close)


def parts() -> Parts:
    """The collaborators of the application that answers this request."""
    return cast("Parts", current_app.extensions[NAME])


def database() -> Session:
    """The session of this request, opened at first use and closed at the end."""
    if "database" not in g:
        g.database = parts().sessions()
    return cast("Session", g.database)


def _close(_: BaseException | None) -> None:
    session: Session | None = g.pop("database", None)
    if session is None:
        return
    try:
        session.close()
    except DBAPIError as error:
        # The answer is made, and what it says is committed: a connection that broke since changes neither.
        log.warning("a connection broke after its last use: %s", type(error).__name__)
        session.invalidate()
