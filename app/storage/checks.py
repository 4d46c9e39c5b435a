"""What may be asked of a store. Keys are stricter than S3's: each can be a path on a disk and travel in a listing."""

from __future__ import annotations

# S3's own limit for a key; file systems take 255 bytes a name.
KEY_MAX_BYTES = 1024
PART_MAX_BYTES = 255


class BadKey(ValueError):
    """A key that breaks the rules. Keys are made by us alone, so this is a mistake in our code."""


def checked(key: str) -> str:
    """Return the key. Raises BadKey, before any store is asked."""
    _checked_text(key)
    for part in key.split("/"):
        _checked_part(key, part)
    return key


def checked_prefix(prefix: str) -> str:
    """Return the start of a key: the last name in it may be cut short, or missing. Raises BadKey."""
    _checked_text(prefix)
    folder, slash, _ = prefix.rpartition("/")
    if slash:
        checked(folder)
    return prefix


def checked_span(start: int, length: int) -> None:
    """Raise ValueError for a range that counts from the end, or backwards."""
    if start < 0 or length < 0:
        raise ValueError(
            f"a range starts at 0 or later and has a length of 0 or more: {start}, {length}"
        )


def _checked_text(key: str) -> None:
    # Unprintable characters cannot travel in the XML of a listing; a backslash is a separator elsewhere.
    if not key.isprintable() or "\\" in key:
        raise BadKey(f"a character in {key!r} is not allowed in a key")
    if len(key.encode()) > KEY_MAX_BYTES:
        raise BadKey(f"a key has at most {KEY_MAX_BYTES} bytes: {key!r}")


def _checked_part(key: str, part: str) -> None:
    if part in {"", ".", ".."}:
        raise BadKey(f"{key!r} has an empty name, . or .. in it")
    if len(part.encode()) > PART_MAX_BYTES:
        raise BadKey(f"a name in a key has at most {PART_MAX_BYTES} bytes: {key!r}")
