"""Passwords as argon2id hashes, and the time that a wrong one takes."""

from __future__ import annotations

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

# OWASP's second choice: 19 MiB and two rounds, as hard to guess as 46 MiB and one, and kinder to a small web server.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Of a password that nobody has: whoever names an unknown account waits as long as one with a wrong password.
NOBODYS = HASHER.hash("nobody's password")
# Each takes 19 MiB while it runs; 32 threads at once would be 600.
_at_once = threading.BoundedSemaphore(3)


def hashed(password: str) -> str:
    """To be kept in place of the password."""
    with _at_once:
        return HASHER.hash(password)


def matches(password: str, kept: str | None) -> bool:
    """Whether this is the password; without one to compare, no, after the same time."""
    with _at_once:
        try:
            HASHER.verify(kept or NOBODYS, password)
        except (VerifyMismatchError, InvalidHashError):
            return False
    return kept is not None


def is_old(kept: str) -> bool:
    """Whether it was made with other parameters than today's."""
    return HASHER.check_needs_rehash(kept)
