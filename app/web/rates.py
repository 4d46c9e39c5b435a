"""How often this browser, this account and this address may do something."""

from __future__ import annotations

import hashlib
import math
from ipaddress import IPv6Address, ip_address

from flask import current_app, request

from app.domain.quotas import (
    ADDRESS_WIDER,
    LOG_IN,
    LOG_IN_WIDER,
    SIGN_UP,
    Allowance,
    TooMany,
)
from app.services.rates import give_back, spend
from app.web.owner import owner_id
from app.web.parts import database, parts

TRIES = (
    "There were too many tries to log in with this e-mail address, or from where you are. "
    "Try again {when}. Nothing was changed, and nothing of yours is lost."
)
ACCOUNTS = (
    "There were too many tries from where you are. Try again {when}. "
    "What you made stays in this browser meanwhile."
)
UPLOADS = "These were many uploads within an hour. Go on {when}; what has arrived is safe, and what you chose is still here."
JOBS = "These were many mosaics and files within an hour. Press the button again {when}; what you chose is still here."

COUNTS = "Photo and set were compared many times within an hour. Ask again {when}; a mosaic can be made meanwhile."


def allow_upload() -> None:
    """One more upload. Raises TooMany."""
    _allow_owner(parts().rules.uploads, UPLOADS, field="files")


def allow_part() -> None:
    """One more part of a large file, or one more batch of small ones. Raises TooMany."""
    _allow_owner(parts().rules.parts, UPLOADS, field="files")


def allow_job() -> None:
    """One more mosaic, or whatever else keeps a worker busy. Raises TooMany."""
    _allow_owner(parts().rules.jobs, JOBS, field="form")


def allow_count() -> None:
    """One more mosaic that is laid in memory alone. Raises TooMany."""
    _allow_owner(parts().rules.counts, COUNTS, field="count")


def allow_log_in(email: str) -> None:
    """One more try to name the password of an account, there or not. Raises TooMany."""
    _allow(LOG_IN.wider(LOG_IN_WIDER), _address(), TRIES)
    _allow(LOG_IN, _clean(email), TRIES)


def forgive_log_in(email: str) -> None:
    """It was the right one: tries before it no longer count; the caller commits."""
    give_back(database(), _key(LOG_IN, _clean(email)))


def allow_sign_up() -> None:
    """One more new account from this address. Raises TooMany."""
    _allow(SIGN_UP, _address(), ACCOUNTS)


def _allow_owner(allowance: Allowance, sentence: str, *, field: str) -> None:
    _allow(allowance.wider(ADDRESS_WIDER), _address(), sentence, field=field)
    _allow(allowance, str(owner_id()), sentence, field=field)


def _allow(allowance: Allowance, who: str, sentence: str, *, field: str = "form") -> None:
    wait = spend(database(), allowance, _key(allowance, who))
    if wait is not None:
        seconds = max(1, math.ceil(wait))
        raise TooMany(sentence.format(when=_when(seconds)), retry_after=seconds, field=field)


def _key(allowance: Allowance, who: str) -> bytes:
    """Whoever reads the table learns nobody's address."""
    secret = str(current_app.secret_key).encode()[: hashlib.blake2b.MAX_KEY_SIZE]
    told = f"{allowance.name}\0{who}".encode("utf-8", "replace")
    return hashlib.blake2b(told, digest_size=16, key=secret).digest()


def _clean(email: str) -> str:
    return email.strip().lower()


def _address() -> str:
    """Of version 6 the half that a household gets; within it anybody may have as many as they like."""
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or address.exploded[:19])
    return str(address)


def _when(seconds: int) -> str:
    """In the words of somebody who asks for patience.

    >>> _when(1), _when(40), _when(90), _when(3600)
    ('in a moment', 'in 40 seconds', 'in 2 minutes', 'in 60 minutes')
    """
    if seconds < 2:
        return "in a moment"
    return f"in {seconds} seconds" if seconds < 60 else f"in {math.ceil(seconds / 60):,} minutes"
