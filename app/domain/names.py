"""Names people gave to files and sets, made fit to show."""

from __future__ import annotations

import unicodedata

from app.domain.errors import BadInput
from app.domain.limits import NAME_MAX


def shown_name(name: str, *, otherwise: str) -> str:
    """The last part of a file's name, printable, at most NAME_MAX characters; `otherwise` where nothing is left."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return _printable(last)[:NAME_MAX] or otherwise


# Something that a thing of that kind might be called.
EXAMPLES = {"token": "Script on the laptop", "version": "Grandma, calm"}
EXAMPLE = "Lake house 1988–1994"


def checked_name(name: str, *, what: str, field: str = "name") -> str:
    """A name typed by a person. Raises BadInput where it is empty or too long."""
    clean = _printable(name)
    if not clean:
        example = EXAMPLES.get(what, EXAMPLE)
        raise BadInput(f"Give the {what} a name, for example “{example}”.", field=field)
    if len(clean) > NAME_MAX:
        raise BadInput(
            f"This name has {len(clean)} characters; the longest we keep is {NAME_MAX}. Shorten it.",
            field=field,
        )
    return clean


def _printable(text: str) -> str:
    if text.isprintable():
        return " ".join(text.split())
    # Control and format characters could reorder a line of the page or split a header.
    # Lone surrogates cannot be stored as UTF-8.
    kept = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)
    return " ".join(kept.split())
