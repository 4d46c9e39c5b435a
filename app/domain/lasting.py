"""How long a link or a token counts."""

from __future__ import annotations

from datetime import timedelta

from app.domain.errors import BadInput

# By days, as forms send them; an empty text is without an end.
LASTS = {
    "": "Until I revoke it",
    "1": "A day",
    "7": "A week",
    "30": "A month",
    "365": "A year",
}
# Nobody means a longer one; without an end is what they mean.
DAYS_MAX = 3650


def lasting(text: str) -> timedelta | None:
    """From a number of days; None for until it is revoked. Raises BadInput.

    >>> lasting("7"), lasting("")
    (datetime.timedelta(days=7), None)
    """
    days = text.strip()
    if not days:
        return None
    if not (days.isascii() and days.isdecimal() and 1 <= int(days[:9]) <= DAYS_MAX):
        raise BadInput(
            f"How long it counts is a whole number of days from 1 to {DAYS_MAX:,}; “{days[:20]}” is not. "
            "Leave it empty for no end.",
            field="days",
        )
    return timedelta(days=int(days))
