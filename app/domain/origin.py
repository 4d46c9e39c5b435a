"""Which request something belongs to: its id goes from the page into the rows of its jobs, and into every log line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID, uuid4

# 32 hexadecimal digits, as a trace has them (W3C Trace Context), so that both are one.
_request: ContextVar[str | None] = ContextVar("request", default=None)
_job: ContextVar[str | None] = ContextVar("job", default=None)


def new_request() -> str:
    """From now on, in this thread, things belong to a request of its own."""
    request = uuid4().hex
    _request.set(request)
    return request


def request_id() -> str | None:
    """Of the request that is answered, or that the running job goes back to."""
    return _request.get()


def job_id() -> str | None:
    """Of the job that runs in this thread."""
    return _job.get()


@contextmanager
def running(job: UUID, request: str | None) -> Iterator[None]:
    """While a job runs, log lines tell which, and whose request began it."""
    before = _request.set(request), _job.set(str(job))
    try:
        yield
    finally:
        _request.reset(before[0])
        _job.reset(before[1])
