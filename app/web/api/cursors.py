"""Where a list goes on, as a text that means something to us alone."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.errors import BadInput
from app.domain.numbers import TILE_NUMBER_MAX
from app.services.listing import Mark, Stretch
from app.web.api.schemas import TEXT, Schema, whole

# A page of a list; more takes another request.
MOST, USUAL = 500, 50
PAGED: dict[str, Schema] = {
    "limit": whole(1, MOST) | {"default": USUAL},
    "cursor": TEXT | {"maxLength": 200},
}
NOT_OURS = "This cursor is none of ours. Take `next` of the page before, or leave it out to begin."


def mark_in(cursor: str | None) -> Mark | None:
    """Raises BadInput."""
    if cursor is None:
        return None
    try:
        moment, row_id = urlsafe_b64decode(cursor.encode("ascii")).decode("ascii").split(" ")
        when = datetime.fromisoformat(moment)
        if when.tzinfo is None:
            raise BadInput(NOT_OURS, field="cursor")
        return Mark(when, UUID(row_id))
    except ValueError as error:
        raise BadInput(NOT_OURS, field="cursor") from error


def number_in(cursor: str | None) -> int:
    """Of a list of tiles; -1 is before the first. Raises BadInput."""
    if cursor is None:
        return -1
    if not (cursor.isascii() and cursor.isdecimal() and int(cursor) <= TILE_NUMBER_MAX):
        raise BadInput(NOT_OURS, field="cursor")
    return int(cursor)


def page_of(stretch: Stretch[Any], show: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    """A page of a list as JSON."""
    end = stretch.end
    text = f"{end.created_at.isoformat()} {end.id}" if end else ""
    following = urlsafe_b64encode(text.encode()).decode() if end else None
    return {"items": [show(row) for row in stretch.rows], "next": following}
