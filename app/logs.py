"""Log lines: for people as text, for programs as JSON; both with the ids of the request and of the job."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime

from app.domain.origin import job_id, request_id

TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s%(origin)s"

# An address may be told, but never what is signed in it: ours, and those of a bucket.
SIGNED = re.compile(
    r"\b(link|signature|X-Amz-Signature|X-Amz-Credential|X-Amz-Security-Token)=[^&\s\"'\\]+",
    re.IGNORECASE,
)


def write_logs(level: str, form: str) -> None:
    """Send everything to the standard error, as `form` says: "text" or "json"."""
    handler = logging.StreamHandler()
    handler.addFilter(_add_origin)
    handler.setFormatter(JsonLines() if form == "json" else TextLines(TEXT))
    logging.basicConfig(level=level, handlers=[handler], force=True)


def _add_origin(record: logging.LogRecord) -> bool:
    ids = {"request": request_id(), "job": job_id()}
    known = {name: value for name, value in ids.items() if value}
    record.__dict__["ids"] = known
    record.__dict__["origin"] = "".join(f" {name}={value}" for name, value in known.items())
    return True


class TextLines(logging.Formatter):
    """Lines whose addresses are good for nothing, in messages and tracebacks alike.

    >>> line = logging.makeLogRecord({"msg": "GET /download?link=WyJvLzEi.aGk.x HTTP/1.1"})
    >>> TextLines("%(message)s").format(line)
    'GET /download?link=... HTTP/1.1'
    """

    def format(self, record: logging.LogRecord) -> str:
        """As the form says, without signatures."""
        return SIGNED.sub(r"\1=...", super().format(record))


class JsonLines(logging.Formatter):
    """A record as one line of JSON; an exception is one text in it, so that no line stands alone."""

    def format(self, record: logging.LogRecord) -> str:
        """Time in UTC, level, logger, message, ids."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "ids", {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return SIGNED.sub(r"\1=...", json.dumps(line, ensure_ascii=False))
