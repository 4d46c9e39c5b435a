"""Signals as something to wait for, so that none arrives in the middle of a step."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

STOPS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
LISTENED = STOPS | {signal.SIGCHLD}


class Stop(Exception):
    """Somebody asked us to stop."""


@contextmanager
def heard_when_asked() -> Iterator[None]:
    """Keep signals back until `pause`."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, LISTENED)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def pause(seconds: float | None) -> None:
    """Sleep until the time is over (None: for ever) or a child ended. Raises Stop when asked to stop."""
    if seconds is None:
        heard: int | None = signal.sigwait(LISTENED)
    else:
        info = signal.sigtimedwait(LISTENED, seconds)
        heard = info.si_signo if info else None
    if heard in STOPS:
        raise Stop
