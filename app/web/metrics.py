"""Figures for Prometheus, in its text format."""

from __future__ import annotations

import hmac
import json
from collections import defaultdict
from collections.abc import Iterator

from flask import Blueprint, Response, current_app, request
from prometheus_client import CollectorRegistry
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.orm import Session

from app.domain.errors import NotFound
from app.models import Counter
from app.services import look_after
from app.services.be_seen import workers_seen
from app.web.parts import database, parts

LOOPBACK = {"127.0.0.1", "::1"}
WORDS = {
    "requests": "Requests answered",
    "lease_expiries": "Jobs whose worker was lost",
    "job_attempts": "Times that a job was begun",
    "stage_seconds": "Time spent in the stages of jobs",
    "stages": "Stages of jobs that came to an end",
    "cache": "Whether a worker had what it needed on its own disk",
    "storage_errors": "Times that storage did not do what it was asked to",
}
GAUGES = {
    "objects": "Objects in storage when the collector last looked",
    "object_bytes": "Their bytes",
    "orphans": "Objects that it found without a row, and deleted",
}

blueprint = Blueprint("metrics", __name__)


@blueprint.get("/metrics")
def metrics() -> Response:
    """For whoever knows the token; where there is none, for this machine alone. To others there is nothing here."""
    token = current_app.config["METRICS_TOKEN"]
    if token:
        said = request.headers.get("Authorization", "").removeprefix("Bearer ")
        allowed = hmac.compare_digest(said.encode(), token.encode())
    else:
        allowed = request.remote_addr in LOOPBACK
    if not allowed:
        raise NotFound("There is nothing at this address.")
    parts().counters.write(parts().sessions, at_once=True)
    registry = CollectorRegistry()
    registry.register(_Figures(database()))
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _Figures:
    """What Prometheus asks: rows as they are now."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def collect(self) -> Iterator[Metric]:
        """Every family."""
        yield from self._jobs()
        found: defaultdict[str, list[Counter]] = defaultdict(list)
        for counter in look_after.counted(self._session):
            found[counter.name].append(counter)
        for name, words in WORDS.items():
            yield _family(CounterMetricFamily, name, words, found[name])
        for name, words in GAUGES.items():
            yield _family(GaugeMetricFamily, name, words, found[name])
        yield _histogram(
            found["request_seconds_bucket"], found["request_seconds_sum"], found["requests"]
        )

    def _jobs(self) -> Iterator[Metric]:
        jobs = GaugeMetricFamily("tessera_jobs", "Jobs by state", labels=("queue", "kind", "state"))
        for queue, kind, state, number in look_after.jobs_by_state(self._session):
            jobs.add_metric((queue, kind, state), number)
        oldest = GaugeMetricFamily(
            "tessera_job_oldest_seconds",
            "How long the oldest waiting job has waited",
            labels=("queue",),
        )
        for waiting in look_after.queues(self._session):
            oldest.add_metric((waiting.queue.value,), waiting.oldest_seconds)
        workers = GaugeMetricFamily("tessera_workers", "Workers there are", labels=("queue",))
        seen = [queue for worker in workers_seen(self._session) for queue in worker.queues]
        for name in sorted(set(seen)):
            workers.add_metric((name,), seen.count(name))
        yield from (jobs, oldest, workers)


def _family(
    kind: type[CounterMetricFamily | GaugeMetricFamily], name: str, words: str, rows: list[Counter]
) -> Metric:
    labels = [json.loads(row.labels or "{}") for row in rows]
    names = sorted({name for each in labels for name in each})
    family = kind(f"tessera_{name}", words, labels=names)
    for row, each in zip(rows, labels, strict=True):
        family.add_metric([each.get(name, "") for name in names], row.value)
    return family


def _histogram(buckets: list[Counter], sums: list[Counter], requests: list[Counter]) -> Metric:
    """Buckets of each route in ascending order; all that were answered are in the last."""
    totals: defaultdict[str, float] = defaultdict(float)
    for row in requests:
        totals[json.loads(row.labels)["route"]] += row.value
    inside: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
    for row in buckets:
        labels = json.loads(row.labels)
        inside[labels["route"]].append((labels["le"], row.value))
    family = HistogramMetricFamily(
        "tessera_request_seconds", "Time until an answer began", labels=("route",)
    )
    for row in sums:
        route = json.loads(row.labels)["route"]
        steps = sorted(inside[route], key=lambda step: float(step[0]))
        family.add_metric((route,), [*steps, ("+Inf", totals[route])], row.value)
    return family
