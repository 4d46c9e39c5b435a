"""`tessera doctor` beside real services: what is well, and for each thing that is not, what to do."""

import json
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text

from app.domain.states import Queue
from app.services.be_seen import Presence, be_seen
from app.storage import storage_from
from cli.__main__ import main
from cli.doctor import checks
from cli.doctor.checks import look_over


@pytest.fixture
def staffed(sessions):
    """A worker for every queue."""
    with sessions.begin() as session:
        be_seen(session, Presence("all@here", [queue.value for queue in Queue]))


def wrong(environ):
    return [finding for finding in look_over(environ, Path("/nowhere")) if finding.remedy]


def test_a_well_kept_deployment(environ, staffed, settings):
    found = look_over(environ, Path("/nowhere"))
    assert [finding.what for finding in found if finding.remedy] == []
    assert len(found) >= 6 + len(Queue)
    assert [*storage_from(settings.storage_url).list("o/")] == []


def test_it_finds_a_stack_by_its_folder(environ, staffed, tmp_path, capsys, monkeypatch):
    for name in ("DATABASE_URL", "REDIS_URL", "STORAGE_URL", "SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "secrets").mkdir(exist_ok=True)
    (tmp_path / "secrets" / "environment.json").write_text(json.dumps(environ))
    assert main(["doctor", "--var", str(tmp_path)]) == 0
    assert "All is well." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "what", "remedy"),
    [
        ({"SECRET_KEY": "short"}, "SECRET_KEY", "README"),
        ({"REDIS_URL": "redis://127.0.0.1:1/0"}, "Valkey", "No job is lost"),
        ({"STORAGE_URL": "file:///proc/nowhere"}, "Storage takes an object", "STORAGE_URL"),
    ],
)
def test_each_thing_that_is_wrong_says_what_to_do(environ, staffed, change, what, remedy):
    [finding] = wrong(environ | change)
    assert what in finding.what
    assert remedy in finding.remedy


def test_no_database(environ):
    away = environ["DATABASE_URL"].rpartition("/")[0] + f"/{uuid4().hex}"
    [finding] = wrong(environ | {"DATABASE_URL": away})
    assert "PostgreSQL does not answer" in finding.what
    assert environ["DATABASE_URL"].split(":")[2].split("@")[0] not in finding.what


def test_queues_that_nobody_works_on(environ, sessions, capsys, monkeypatch):
    assert [
        queue.value for queue in Queue if not any(queue.value in f.what for f in wrong(environ))
    ] == []
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert main(["doctor"]) == 1
    assert (
        "celery --app worker.celery:celery_app worker --queues libraries" in capsys.readouterr().out
    )


def test_tables_of_another_version(environ, staffed, database):
    with database.begin() as line:
        now = line.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        line.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    try:
        [finding] = wrong(environ)
    finally:
        with database.begin() as line:
            line.execute(text("UPDATE alembic_version SET version_num = :now"), {"now": now})
    assert "stand at 0001" in finding.what
    assert "alembic upgrade head" in finding.remedy


def test_clocks_and_disks(environ, staffed, monkeypatch):
    monkeypatch.setattr(checks, "SKEW_SECONDS", -1.0)
    monkeypatch.setattr(checks, "FREE_BYTES", 1 << 60)
    assert ["clocks" in f.what or "CACHE_DIR" in f.what for f in wrong(environ)] == [True, True]


def test_tls_is_asked_for_where_others_could_listen(settings):
    far = replace(settings, cookie_secure=False, database_url="postgresql+psycopg://u:p@db/t")
    [finding] = checks._safe(far)
    assert "COOKIE_SECURE" in finding.what
    [finding] = checks._safe(replace(far, cookie_secure=True))
    assert finding.remedy is None
