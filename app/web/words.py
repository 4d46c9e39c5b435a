"""Numbers, sizes and times as people read them."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime

from flask import Flask
from markupsafe import Markup, escape

from app.domain.options import PLACEMENTS
from app.domain.words import bytes_in_words, from_best

EXTENSION_MAX = 5
_CODE = re.compile("`([^`]+)`")


def add_words(app: Flask) -> None:
    """Give the templates their filters."""
    numbers = (n, size, times, apart, time_left, when)
    for word in (*numbers, placed, from_best, title_of, short_hash, with_code):
        app.add_template_filter(word, word.__name__)


def n(number: float) -> str:
    """With thousands separators."""
    return f"{number:,}"


def size(count: int) -> str:
    """Bytes in the unit that a person would choose."""
    return bytes_in_words(count)


def times(count: int) -> str:
    """How often.

    >>> times(1), times(2), times(1200)
    ('once', 'twice', '1,200 times')
    """
    return {1: "once", 2: "twice"}.get(count, f"{count:,} times")


def apart(cells: int | None) -> str:
    """How far two cells with the same tile are from each other, at least.

    >>> apart(None), apart(1), apart(12)
    ('none', 'touching', '12 cells apart')
    """
    if cells is None:
        return "none"
    return "touching" if cells == 1 else f"{cells:,} cells apart"


def placed(name: str) -> str:
    """A placement as the form calls it.

    >>> placed("optimal"), placed("of another time")
    ('Best possible', 'of another time')
    """
    return PLACEMENTS[name].title if name in PLACEMENTS else name


def time_left(seconds: float) -> str:
    """A guess that does not pretend to be more.

    >>> time_left(3), time_left(41), time_left(200), time_left(5000)
    ('a few seconds left', 'about 40 s left', 'about 3 min left', 'about 1 h 20 min left')
    """
    if seconds < 8:
        return "a few seconds left"
    if seconds < 58:
        return f"about {5 * round(seconds / 5)} s left"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"about {minutes} min left"
    return f"about {minutes // 60} h {minutes % 60 // 10 * 10} min left"


def title_of(file_name: str) -> str:
    """A file's name as a title.

    >>> title_of("mother_at_the-lake.JPG"), title_of("No. 5"), title_of(".jpg")
    ('Mother at the lake', 'No. 5', 'Jpg')
    """
    stem, dot, extension = file_name.rpartition(".")
    named = (
        stem if dot and extension.isalnum() and 1 < len(extension) < EXTENSION_MAX else file_name
    )
    words = " ".join((named or extension).replace("_", " ").replace("-", " ").split()) or "Photo"
    return words[0].upper() + words[1:]


def when(moment: datetime) -> str:
    """A day, as written in a letter."""
    return f"{moment.day} {moment:%B %Y}"


def with_code(text: str) -> Markup:
    """What stands between backticks as code; nothing else of it is markup.

    >>> with_code("`sharp`: of <b>tiles</b>")
    Markup('<code>sharp</code>: of &lt;b&gt;tiles&lt;/b&gt;')
    """
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped on this line


def short_hash(text: str) -> str:
    """Ten characters that change whenever `text` does: for addresses of pictures that may be replaced."""
    return hashlib.blake2b(text.encode(), digest_size=5).hexdigest()
