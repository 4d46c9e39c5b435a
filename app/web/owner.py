"""Whose request this is: a random id in the signed session cookie, for now."""

from __future__ import annotations

from uuid import UUID, uuid4

from flask import session

KEY = "owner"


def owner_id() -> UUID:
    """The owner of this browser; a new one where there is none yet."""
    if KEY not in session:
        session[KEY] = str(uuid4())
        session.permanent = True
    return UUID(session[KEY])
