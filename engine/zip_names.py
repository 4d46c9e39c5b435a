"""Names of members of a zip from a stranger. They are for showing, never paths."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

# A longer one is shown by its end.
SHOWN = 200
# What file managers put into a zip beside the pictures; nobody means to add these.
_QUIET_NAMES = {".ds_store", "thumbs.db", "desktop.ini"}
_QUIET_FOLDER = "__MACOSX"


def shown_name(name: str) -> str:
    """A member's name as a person may read it: no control characters, the end of a very long one."""
    if name.isprintable():
        return name[-SHOWN:]
    return "".join(letter if letter.isprintable() else "?" for letter in name)[-SHOWN:]


def quiet(name: str) -> bool:
    """Whether it is a folder, or of those that are passed over without a word."""
    last = name.rpartition("/")[2]
    return (
        not last
        or last.startswith("._")
        or last.lower() in _QUIET_NAMES
        or (_QUIET_FOLDER in name and _QUIET_FOLDER in name.split("/"))
    )


def leads_outside(name: str) -> bool:
    """Whether it would, were it taken for a path."""
    if not (name.startswith("/") or ".." in name or "\\" in name or ":" in name):
        return False
    path = PurePosixPath(name.replace("\\", "/"))
    return ".." in path.parts or path.is_absolute() or not path.name or path.parts[0].endswith(":")


def any_quiet(names: Sequence[str]) -> bool:
    """Whether one of them may be quiet: asked of all at once, and sometimes yes where none is."""
    text = "\n" + "\n".join(names) + "\n"
    signs = ("/\n", "\n\n", "._", _QUIET_FOLDER)
    lower = text.lower()
    return any(sign in text for sign in signs) or any(name in lower for name in _QUIET_NAMES)


def all_plain(names: Sequence[str]) -> bool:
    """Whether all are shown as they are and none leads outside: asked of all at once, and sometimes no where it is so."""
    text = "\n" + "\n".join(names)
    return (
        "".join(names).isprintable()
        and not any(sign in text for sign in ("\n/", "..", "\\", ":"))
        and max(map(len, names), default=0) <= SHOWN
    )
