"""Secrets that are none: too short, too plain, or known to everybody from somebody's example."""

from __future__ import annotations

import re

# What examples, tutorials and images have in the place of a secret.
WELL_KNOWN = (
    *("secret", "password", "passwd", "change", "me", "this", "default", "example", "insecure", "development"),
    *("postgres", "tessera", "minio", "admin", "root", "redis", "valkey", "garage", "test", "dev", "your", "my"),
    *("key", "flask", "django", "hello", "world", "super", "letmein", "qwerty", "todo", "none", "null", "xxx"),
    *("is", "a", "the", "to", "of", "it", "in", "for", "not"),
    *("here", "please", "long", "random", "string", "replace", "very", "insert", "secure", "app", "session", "abc"),
)  # fmt: skip
ONLY_KNOWN = re.compile(rf"(?:{'|'.join(WELL_KNOWN)}|[\W_\d])*", re.IGNORECASE)
# Sixteen random hexadecimal digits have nine different ones on average.
DIFFERENT_MIN = 6


def what_is_wrong(secret: str, *, least: int) -> str | None:
    """What to say about a secret that keeps nobody out; None for a good one. The secret itself is never said.

    >>> what_is_wrong("changeme-changeme-changeme-changeme", least=32)
    'is made of words that examples have in its place'
    """
    if len(secret) < least:
        return f"has to be a random text of at least {least} characters"
    if ONLY_KNOWN.fullmatch(secret):
        return "is made of words that examples have in its place"
    if len(set(secret)) < DIFFERENT_MIN:
        return "repeats a few characters, so that anybody can guess it"
    return None
