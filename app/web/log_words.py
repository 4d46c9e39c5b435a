"""What a log may say: an address, but never what is signed in it."""

from __future__ import annotations

import logging
import re

FORM = "%(asctime)s %(levelname)s %(name)s: %(message)s"
# Ours, and those of a bucket.
SIGNED = re.compile(
    r"\b(link|signature|X-Amz-Signature|X-Amz-Credential|X-Amz-Security-Token)=[^&\s\"']+",
    re.IGNORECASE,
)


class Quiet(logging.Formatter):
    """Lines whose addresses are good for nothing, in messages and tracebacks alike.

    >>> line = logging.makeLogRecord({"msg": "GET /download?link=WyJvLzEi.aGk.x HTTP/1.1"})
    >>> Quiet("%(message)s").format(line)
    'GET /download?link=... HTTP/1.1'
    """

    def format(self, record: logging.LogRecord) -> str:
        return SIGNED.sub(r"\1=...", super().format(record))


def write_logs(level: str) -> None:
    """To the standard error, where whoever runs us collects it."""
    logging.basicConfig(level=level)
    for handler in logging.getLogger().handlers:
        handler.setFormatter(Quiet(FORM))
