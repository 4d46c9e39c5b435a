"""Where in a film something is: hours, minutes, seconds."""

from __future__ import annotations

import re

from app.domain.errors import BadInput

_CODE = re.compile(r"(?:(?:([0-9]{1,3}):)?([0-9]{1,3}):)?([0-9]{1,5})(?:[.,]([0-9]{1,3}))?")


def time_code(time_ms: int) -> str:
    """As people and film programs write it, with tenths where there are any.

    >>> time_code(3_723_000), time_code(4_500)
    ('1:02:03', '0:04.5')
    """
    seconds, ms = divmod(time_ms, 1000)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    front = f"{hours}:{minute:02}" if hours else f"{minute}"
    return f"{front}:{second:02}" + (f".{ms:03}".rstrip("0") if ms else "")


def time_ms_in(text: str, *, field: str) -> int | None:
    """Milliseconds of a time code as somebody typed it; None where nothing was. Raises BadInput.

    >>> time_ms_in("1:02:03", field="from"), time_ms_in("90", field="from"), time_ms_in(" ", field="to")
    (3723000, 90000, None)
    """
    if not text.strip():
        return None
    match = _CODE.fullmatch(text.strip())
    if match is None:
        raise BadInput(
            f"“{text[:20]}” is no time in a film. Write it as 12:34, or as 1:02:03 after the first hour.",
            field=field,
        )
    hours, minutes, seconds = (int(part or 0) for part in match.groups()[:3])
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + int((match[4] or "").ljust(3, "0"))
