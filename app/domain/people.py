"""What an account is made of, read without trusting it: an e-mail address, a password, the name of a browser."""

from __future__ import annotations

import re

from app.domain.errors import BadInput

# RFC 5321: a path has 256 characters with its brackets.
EMAIL_MAX = 254
# NIST SP 800-63B asks for 8 where a second factor stands beside it, and for 15 without; guesses here are few an hour.
PASSWORD_MIN = 10
# Long enough for any sentence, short enough that hashing it costs nothing more.
PASSWORD_MAX = 500
# The first that fits: Edge and Opera call themselves Chrome too, and Chrome calls itself Safari.
BROWSERS = ("Edg", "OPR", "Firefox", "Chrome", "Safari")
NAMES = {"Edg": "Edge", "OPR": "Opera"}
SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Mac OS X", "CrOS", "Linux")


def checked_email(text: str) -> str:
    """In lower case, without blanks around it. Raises BadInput."""
    email = text.strip().lower()
    if not re.fullmatch(r"[^\s@]+@[^\s@.]+(\.[^\s@.]+)*", email) or not email.isprintable():
        raise BadInput(
            "This is no e-mail address: it has a name, an @ and a place, as in ada@example.org.",
            field="email",
        )
    if len(email) > EMAIL_MAX:
        raise BadInput(
            f"This e-mail address has {len(email):,} characters; the longest there are have {EMAIL_MAX}.",
            field="email",
        )
    return email


def checked_password(text: str, *, email: str, field: str = "password") -> str:
    """A password fit to be kept. Raises BadInput."""
    if len(text) < PASSWORD_MIN:
        raise BadInput(
            f"A password has at least {PASSWORD_MIN} characters; three or four words in a row are easy to keep in mind.",
            field=field,
        )
    if len(text) > PASSWORD_MAX:
        raise BadInput(
            f"This password has {len(text):,} characters; the longest we take is {PASSWORD_MAX}.",
            field=field,
        )
    if text.lower() in {email, email.split("@", maxsplit=1)[0]} or len(set(text)) < 4:
        raise BadInput(
            "This password is the first that anybody would try. Take three or four words in a row.",
            field=field,
        )
    return text


def browser_name(agent: str) -> str:
    """A browser in the words of a person; nothing of its versions is kept.

    >>> browser_name("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
    'Firefox on Linux'
    >>> browser_name("")
    'A browser'
    """
    browser = next((name for name in BROWSERS if f"{name}/" in agent), None)
    system = next((name for name in SYSTEMS if name in agent), None)
    if browser is None:
        return f"A browser on {system}" if system else "A browser"
    return NAMES.get(browser, browser) + (f" on {system}" if system else "")
