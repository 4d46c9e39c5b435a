"""Spans of requests and jobs, sent to a collector where the environment names one; else nothing is even imported."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from app.domain.origin import request_id

_tracers: list[Any] = []


def trace(service: str, endpoint: str | None) -> None:
    """From now on, send spans of this service to an OpenTelemetry collector (OTLP over HTTP) at `endpoint`."""
    if not endpoint:
        return
    sdk = import_module("opentelemetry.sdk.trace")
    export = import_module("opentelemetry.sdk.trace.export")
    otlp = import_module("opentelemetry.exporter.otlp.proto.http.trace_exporter")
    resources = import_module("opentelemetry.sdk.resources")
    ids = import_module("opentelemetry.sdk.trace.id_generator").RandomIdGenerator()
    # The id of a request is the id of its trace: a line of a log leads to it.
    random_trace = ids.generate_trace_id
    ids.generate_trace_id = lambda: int(request_id() or f"{random_trace():032x}", 16)
    provider = sdk.TracerProvider(
        resource=resources.Resource.create({"service.name": service}), id_generator=ids
    )
    exporter = otlp.OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
    provider.add_span_processor(export.BatchSpanProcessor(exporter))
    _tracers[:] = [provider]


def stop() -> None:
    """Send what has not been sent, and no more."""
    while _tracers:
        _tracers.pop().shutdown()


@contextmanager
def span(name: str, **attributes: str | int) -> Iterator[None]:
    """What happens within takes this long, and belongs to the request at hand."""
    if not _tracers:
        yield
        return
    with _tracers[0].get_tracer("tessera").start_as_current_span(name, attributes=attributes):
        yield
