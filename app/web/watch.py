"""Each request gets an id, which its log lines, its jobs and its answer carry, and is counted and timed."""

from __future__ import annotations

import http
import time
from contextlib import ExitStack

from flask import Flask, Response, g, request

from app.domain.origin import new_request, request_id
from app.tracing import span
from app.web.parts import parts

HEADER = "Tessera-Request"
# Seconds. An event stream answers at once and then stays open, which is not counted.
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


def watch(app: Flask) -> None:
    """Wire it; before everything else, so that whatever is refused is counted too."""
    app.before_request(_begin)
    app.after_request(_count)
    app.teardown_request(_end)


def _begin() -> None:
    new_request()
    g.began = time.perf_counter()
    g.watching = ExitStack()
    g.watching.enter_context(
        span(request.endpoint or "nowhere", **{"http.request.method": request.method})
    )


def _count(response: Response) -> Response:
    seconds = time.perf_counter() - g.began
    counters, route = parts().counters, request.endpoint or "nowhere"
    counters.add("requests", route=route, method=request.method, status=str(response.status_code))
    counters.add("request_seconds_sum", seconds, route=route)
    for most in BUCKETS:
        if seconds <= most:
            counters.add("request_seconds_bucket", route=route, le=str(most))
    response.headers[HEADER] = request_id() or ""
    # Only where the request spoke to Postgres anyway, and was answered: the signs of life touch nothing.
    if "database" in g and response.status_code < http.HTTPStatus.INTERNAL_SERVER_ERROR:
        counters.write(parts().sessions)
    return response


def _end(_: BaseException | None) -> None:
    watching = g.pop("watching", None)
    if watching is not None:
        watching.close()
