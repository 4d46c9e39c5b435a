"""What those who run Tessera see: figures, the page of their own, ids that lead from a page to a log line."""

import http.server
import json
import logging
import threading
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar
from uuid import uuid4

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError

from app import tracing
from app.domain import origin
from app.domain.states import OVER, JobState, Queue
from app.factory import create_app
from app.logs import JsonLines, _add_origin
from app.models import Account, Job, Worker
from app.services import job_table, look_after
from app.services.be_seen import Presence, be_seen, workers_seen
from app.services.counters import Counters, count, note
from app.services.owners import ensure_owner
from app.storage.base import StorageDown
from app.web import admin


def figures(answer):
    """{(name, labels): value} of what Prometheus reads there."""
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_figures_are_for_this_machine_alone(person):
    assert person.get("/metrics").status_code == 200
    far = person.get("/metrics", environ_overrides={"REMOTE_ADDR": "203.0.113.9"})
    assert far.status_code == 404


def test_with_a_token_they_are_for_whoever_knows_it(settings, sessions, bell, tuner):
    app = create_app(replace(settings, metrics_token="of the scraper"), doorbell=bell, tuner=tuner)
    client = app.test_client()
    answers = {
        said: client.get("/metrics", headers={"Authorization": said}).status_code
        for said in ("Bearer of the scraper", "Bearer of another", "", "Bearer ", "of the scraper")
    }
    app.extensions["tessera"].sessions.kw["bind"].dispose()
    assert [said for said, status in answers.items() if status == 200] == [
        "Bearer of the scraper",
        "of the scraper",
    ]


def test_requests_are_counted_and_timed(person):
    before = figures(person.get("/metrics"))
    for _ in range(3):
        person.get("/mosaics")
    person.get("/nowhere/at/all")
    after = figures(person.get("/metrics"))

    def more(*key):
        return after.get(key, 0) - before.get(key, 0)

    gallery = ("route", "mosaics.gallery")
    assert more("tessera_requests_total", ("method", "GET"), gallery, ("status", "200")) == 3
    assert (
        more("tessera_requests_total", ("method", "GET"), ("route", "nowhere"), ("status", "404"))
        == 1
    )
    assert more("tessera_request_seconds_count", gallery) == 3
    assert more("tessera_request_seconds_bucket", ("le", "+Inf"), gallery) == 3
    assert more("tessera_request_seconds_sum", gallery) > 0
    steps = [
        value
        for (name, *labels), value in after.items()
        if name == "tessera_request_seconds_bucket" and gallery in labels
    ]
    assert steps == sorted(steps)


@pytest.fixture
def waiting(mine, session):
    """A job that waits for a worker."""
    job = session.get(Job, mine.finished.job.id)
    job.state, job.finished_at = JobState.QUEUED, None
    session.commit()
    return job


def test_jobs_are_told_by_state_and_age(person, waiting, session):
    job = waiting
    long_ago = func.now() - timedelta(minutes=10)
    session.execute(
        update(Job).where(Job.id == job.id).values(created_at=long_ago, not_before=long_ago)
    )
    be_seen(session, Presence("maker@here", ["interactive", "mosaics"]))
    session.commit()
    told = figures(person.get("/metrics"))
    of = (("kind", job.kind), ("queue", job.queue), ("state", "queued"))
    assert told["tessera_jobs", *of] >= 1
    assert 590 < told["tessera_job_oldest_seconds", ("queue", job.queue)] < 700
    assert told["tessera_workers", ("queue", "mosaics")] == 1


def test_lost_workers_and_attempts_are_counted(person, waiting, session, sessions):
    with sessions.begin() as line:
        claimed = job_table.claim(line, Queue(waiting.queue))
    session.execute(
        update(Job).where(Job.id == claimed.id).values(lease=func.now() - timedelta(seconds=1))
    )
    session.commit()
    with sessions.begin() as line:
        job_table.sweep(line)
    told = figures(person.get("/metrics"))
    assert told["tessera_job_attempts_total", ("kind", claimed.kind.value)] == 1
    assert told["tessera_lease_expiries_total",] >= 1


def test_storage_that_does_not_answer_is_counted(app, person, mine, monkeypatch):
    def down(*_):
        raise StorageDown("no answer")

    monkeypatch.setattr(app.extensions["tessera"].storage, "head", down)
    for name in ("picture.jpg", "photo.jpg"):
        assert person.get(f"/mosaics/{mine.finished.id}/{name}").status_code == 503
    assert figures(person.get("/metrics"))["tessera_storage_errors_total", ("where", "web")] == 2


def test_counts_that_cannot_be_written_are_kept(sessions, database, person):
    class Away:
        def begin(self):
            raise OperationalError("BEGIN", {}, Exception("away"))

    counters = Counters()
    counters.add("cache", result="hit")
    counters.write(Away(), at_once=True)
    counters.add("cache", result="hit")
    counters.write(sessions, at_once=True)
    assert figures(person.get("/metrics"))["tessera_cache_total", ("result", "hit")] == 2


@pytest.fixture
def operator(app, session, stranger):
    """Somebody who is logged in and runs Tessera."""
    account = Account(id=uuid4(), owner_id=stranger.id, email="op@example.org", operator=True)
    ensure_owner(session, stranger.id)
    session.add(account)
    session.flush()
    return account


def as_account(monkeypatch, account):
    monkeypatch.setattr(admin, "current_account", lambda: account)


def test_the_page_of_operators_is_not_there_for_others(person, operator, monkeypatch):
    assert person.get("/admin/").status_code == 404
    operator.operator = False
    as_account(monkeypatch, operator)
    assert person.get("/admin/").status_code == 404
    assert person.post(f"/admin/jobs/{uuid4()}/again").status_code == 404


def test_an_operator_who_logs_in_finds_the_page(person, session):
    assert person.begin("/sign-up").status_code == 303
    assert "Running Tessera" not in person.get("/account").text
    assert person.get("/admin/").status_code == 404
    session.execute(update(Account).values(operator=True))
    session.commit()
    assert "/admin/" in person.get("/account").text
    assert person.get("/admin/").status_code == 200


def test_operators_see_what_waits_and_what_failed(person, mine, operator, session, monkeypatch):
    as_account(monkeypatch, operator)
    session.execute(
        update(Job)
        .where(Job.mosaic_id == mine.finished.id)
        .values(state=JobState.FAILED, error="It stopped three times.", finished_at=func.now())
    )
    be_seen(session, Presence("maker@here", ["interactive", "mosaics"]))
    count(session, "objects", 1234)
    session.commit()
    page = person.get("/admin/").text
    assert "It stopped three times." in page
    assert "maker@here" in page
    assert page.count("nobody works on it") == 1
    assert "1,234 objects" in page


def test_operators_try_a_job_again(person, mine, operator, session, monkeypatch, bell):
    as_account(monkeypatch, operator)
    job = mine.finished.job.id
    session.execute(
        update(Job)
        .where(Job.id == job)
        .values(state=JobState.FAILED, error="It stopped.", finished_at=func.now())
    )
    session.commit()
    assert person.post(f"/admin/jobs/{job}/again").status_code == 303
    session.expire_all()
    assert session.get(Job, job).state == JobState.QUEUED
    assert person.post(f"/admin/jobs/{uuid4()}/again").status_code == 404


def test_what_an_operator_puts_right_counts_against_nobody(
    limited, maker, operator, session, monkeypatch
):
    person = limited(quota_jobs=1)
    as_account(monkeypatch, operator)
    belongings = maker.everything(person.id)
    failed, waiting = belongings.finished.job.id, belongings.running.job.id
    session.execute(
        update(Job).where(Job.id == failed).values(state=JobState.FAILED, finished_at=func.now())
    )
    session.commit()
    assert session.get(Job, waiting).state not in OVER
    assert person.post(f"/admin/jobs/{failed}/again").status_code == 303
    session.expire_all()
    assert session.get(Job, failed).state == JobState.QUEUED


def test_a_worker_that_is_gone_is_not_shown(session):
    worker = Presence("reader@there", ["libraries"])
    be_seen(session, worker)
    session.execute(update(Worker).values(seen_at=func.now() - timedelta(seconds=30)))
    assert workers_seen(session) == []
    be_seen(session, worker)
    assert [each.name for each in workers_seen(session)] == ["reader@there"]


def test_what_is_counted_adds_up_and_what_is_noted_does_not(session):
    for _ in range(2):
        count(session, "lease_expiries", 3)
        note(session, "objects", 5)
    assert look_after.figure(session, "lease_expiries") == 6
    assert look_after.figure(session, "objects") == 5


def test_a_job_carries_the_request_that_asked_for_it(person, shared, session):
    answer = person.post("/mosaics", {"photo_id": shared.photo.id, "tile_set": shared.tile_set.id})
    assert answer.status_code == 303
    newest = session.scalars(select(Job).order_by(Job.created_at.desc())).first()
    assert newest.request == answer.headers["Tessera-Request"]
    assert len(newest.request) == 32


def test_a_line_of_json_has_both_ids():
    record = logging.LogRecord("worker.runner", logging.INFO, "", 0, "made %d", (3,), None)
    job = uuid4()
    with origin.running(job, "ab" * 16):
        _add_origin(record)
    line = json.loads(JsonLines().format(record))
    assert (line["message"], line["level"]) == ("made 3", "INFO")
    assert (line["request"], line["job"]) == ("ab" * 16, str(job))
    assert origin.job_id() is None


class Collector(http.server.BaseHTTPRequestHandler):
    """Takes spans as an OpenTelemetry collector does."""

    bodies: ClassVar[list] = []

    def do_POST(self):
        self.bodies.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def collector(monkeypatch):
    monkeypatch.setattr(tracing, "_tracers", [])
    monkeypatch.setattr(Collector, "bodies", [])
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Collector) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        tracing.trace("tessera-test", f"http://127.0.0.1:{server.server_port}")
        yield Collector
        server.shutdown()
        thread.join()


def test_spans_go_to_the_collector_under_the_id_of_the_request(collector, person):
    request = person.get("/mosaics").headers["Tessera-Request"]
    tracing.stop()
    assert {path for path, _ in collector.bodies} == {"/v1/traces"}
    spans = [
        span
        for _, body in collector.bodies
        for sent in ExportTraceServiceRequest.FromString(body).resource_spans
        for scope in sent.scope_spans
        for span in scope.spans
    ]
    assert [s.trace_id.hex() for s in spans if s.name == "mosaics.gallery"] == [request]


def test_without_an_address_nothing_is_traced(monkeypatch):
    monkeypatch.setattr(tracing, "_tracers", [])
    tracing.trace("tessera-test", None)
    with tracing.span("a page"):
        pass
    assert tracing._tracers == []
