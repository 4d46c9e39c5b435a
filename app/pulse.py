"""Notices when Postgres no longer moves, so that nobody waits for it without end.

Its own time-outs do not help while it is frozen: nobody is awake to keep them. Those of TCP help neither, for the kernel of its
machine goes on acknowledging. So a connection that has heard nothing for a while asks at the door whether anybody answers there:
a slow query may take its time, and a Postgres that is frozen or behind a wall is known within three seconds.
"""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Generator
from typing import Any, TypeVar

import psycopg
from psycopg import errors

# The first message of a client that would like TLS. Whatever speaks for Postgres, a pooler too, answers it with one letter,
# before it asks for a name: https://www.postgresql.org/docs/current/protocol-message-formats.html
WOULD_LIKE_TLS = struct.pack("!ii", 8, 80877103)
# Two seconds are enough for a machine with much to do; Postgres forks, and writes a byte.
ANSWER_SECONDS = 2.0
# So long nobody else waits to learn the same.
REMEMBERED_SECONDS = 1.0
SILENT = "Postgres does not answer, not even at its door"

Result = TypeVar("Result")


class Pulse:
    """What the connections of one pool know of their Postgres.

    quiet : seconds without a word after which a connection asks at the door
    """

    def __init__(self, quiet: float) -> None:
        self.quiet = quiet
        self._silent_until = 0.0

    def connect(self, *args: Any, **options: Any) -> Attentive:
        """As `psycopg.connect`; at once no, where somebody has just found out that nobody answers."""
        if time.monotonic() < self._silent_until:
            raise errors.OperationalError(SILENT)
        try:
            line = Attentive.connect(*args, **options)
        except errors.ConnectionTimeout:
            self._note_silence()
            raise
        line.pulse = self
        return line

    def check(self, line: Attentive) -> None:
        """Raise OperationalError, and give `line` up, unless there is an answer at its door."""
        if not _answers(line):
            self._note_silence()
            line.close()
            raise errors.OperationalError(SILENT)

    def _note_silence(self) -> None:
        self._silent_until = time.monotonic() + REMEMBERED_SECONDS


class Attentive(psycopg.Connection[Any]):
    """A connection that listens for a pulse while it waits."""

    pulse: Pulse | None = None

    def wait(self, gen: Any, *args: Any, **options: Any) -> Any:
        """All of psycopg waits here for what it has asked, and tells `gen` ten times a second that nothing has come."""
        return super().wait(
            self._listening(gen, self.pulse) if self.pulse else gen, *args, **options
        )

    def _listening(
        self, gen: Generator[Any, Any, Result], pulse: Pulse
    ) -> Generator[Any, Any, Result]:
        heard = time.monotonic()
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if ready:
                    heard = time.monotonic()
                elif time.monotonic() - heard > pulse.quiet:
                    pulse.check(self)
                    heard = time.monotonic()
                wanted = gen.send(ready)
        except StopIteration as end:
            result: Result = end.value
            return result


def _answers(line: Attentive) -> bool:
    """Ask where `line` goes, over a connection of its own."""
    info = line.info
    try:
        with _door(info.hostaddr or info.host, info.port) as door:
            door.sendall(WOULD_LIKE_TLS)
            return bool(door.recv(1))
    except OSError:
        return False


def _door(host: str, port: int) -> socket.socket:
    if not host.startswith("/"):
        return socket.create_connection((host, port), timeout=ANSWER_SECONDS)
    door = socket.socket(socket.AF_UNIX)
    door.settimeout(ANSWER_SECONDS)
    door.connect(f"{host}/.s.PGSQL.{port}")
    return door
