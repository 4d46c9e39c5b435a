"""Texts that nobody can guess, of which only a hash is kept."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode

# Recognised by people, and by programs that look for secrets in what is about to be published.
TOKEN_PREFIX = "tessera_"  # noqa: S105 - what every token begins with is no secret
RANDOM_BYTES = 32


def new_token() -> str:
    """256 random bits with our prefix."""
    return TOKEN_PREFIX + secrets.token_urlsafe(RANDOM_BYTES)


def text_of(purpose: str, name: object, *, secret: str) -> str:
    """256 bits that follow from a name for whoever knows the secret, and from nothing for anybody else.

    >>> text_of("link", 1, secret="x") == text_of("link", 1, secret="x"), len(text_of("link", 1, secret="x"))
    (True, 43)
    """
    mac = hmac.digest(secret.encode(), f"{purpose}\0{name}".encode(), "sha256")
    return urlsafe_b64encode(mac).decode().rstrip("=")


def hash_of(text: str) -> bytes:
    """What is kept. 256 random bits need no salt and no slowness: there is nothing to try out."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
