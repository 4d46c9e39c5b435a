"""A Postgres that is frozen, or behind a wall that swallows everything: pages say so, and nobody is told yes."""

import logging
import os
import signal
import socket
import threading
from contextlib import contextmanager
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select, text

from app import db
from app.factory import create_app
from app.models import TileSet
from cli.stack.ports import LOOPBACK
from cli.stack.postgres import Postgres
from tests.chaos.faults import descendants
from tests.integration.web.conftest import Person

SAFE = "What you had made and uploaded is safe"


@pytest.fixture(scope="module")
def postgres(tmp_path_factory):
    """One that may be frozen without anybody else's noticing."""
    with Postgres(tmp_path_factory.mktemp("frozen"), durable=False) as server:
        db.migrate(server.url)
        yield server


@contextmanager
def frozen(process):
    pids = descendants(process)
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


class Wall:
    """Between a client and its server; what comes while it is up is swallowed, and connections are taken all the same."""

    def __init__(self, behind):
        self.up = False
        self._behind = behind
        self._lines = []
        self._door = socket.create_server((LOOPBACK, 0))
        self.port = self._door.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self._door.shutdown(socket.SHUT_RDWR)
        for line in (self._door, *self._lines):
            line.close()

    def _accept(self):
        while True:
            try:
                here = self._door.accept()[0]
            except OSError:
                return
            there = socket.create_connection((LOOPBACK, self._behind))
            self._lines += [here, there]
            for ends in ((here, there), (there, here)):
                threading.Thread(target=self._pass, args=ends, daemon=True).start()

    def _pass(self, source, target):
        try:
            while heard := source.recv(65536):
                if not self.up:
                    target.sendall(heard)
            target.shutdown(socket.SHUT_RDWR)
        except OSError:
            """One of the two is gone."""


@pytest.fixture
def wall(database_url):
    wall = Wall(urlsplit(database_url).port)
    yield wall
    wall.close()


@contextmanager
def serving(settings, bell, database_url):
    app = create_app(replace(settings, database_url=database_url), doorbell=bell)
    yield app
    app.extensions["tessera"].sessions.kw["bind"].dispose()


def test_every_page_answers_while_postgres_is_frozen(postgres, settings, bell, caplog):
    """Answered, while it is frozen: `make chaos` says within how many seconds."""
    with serving(settings, bell, postgres.url) as app:
        person = Person(app)
        person.get("/tiles")
        with caplog.at_level(logging.CRITICAL), frozen(postgres):
            assert person.get("/livez").text == "alive\n"
            for address in ("/readyz", "/", "/tiles", "/mosaics"):
                answer = person.get(address)
                assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
                assert SAFE in answer.text
            answer = person.post("/tiles", {"name": "Lake house"})
            assert answer.status_code == 503
        with app.extensions["tessera"].sessions() as session:
            # Whoever knew that nobody answers forgets it within a second.
            while person.get("/readyz").status_code != 200:
                continue
            assert session.scalar(select(func.count()).select_from(TileSet)) == 0
        assert person.post("/tiles", {"name": "Lake house"}).status_code == 303


def test_every_page_answers_while_a_wall_is_before_postgres(
    wall, database_url, sessions, settings, bell, caplog
):
    behind = database_url.replace(f":{urlsplit(database_url).port}/", f":{wall.port}/")
    with serving(settings, bell, behind) as app:
        person = Person(app)
        wall.up = True
        with caplog.at_level(logging.CRITICAL):
            for address in ("/readyz", "/tiles"):
                answer = person.get(address)
                assert answer.status_code == 503
                assert SAFE in answer.text
        wall.up = False
        while person.get("/readyz").status_code != 200:
            continue


def test_a_query_that_takes_long_is_waited_for(database_url):
    pool = db.connect(database_url, pool_size=1, quiet=0.2)
    with pool.connect() as line:
        assert line.scalar(text("SELECT 7 FROM pg_sleep(1)")) == 7
    pool.dispose()


def test_a_worker_is_patient(postgres):
    """A job goes on after a freeze that is shorter than its patience."""
    pool = db.connect(postgres.url, pool_size=1, quiet=60)
    with pool.connect() as line, frozen(postgres):
        answers = []
        thread = threading.Thread(target=lambda: answers.append(line.scalar(text("SELECT 7"))))
        thread.start()
        thread.join(timeout=3)
        assert thread.is_alive()
    thread.join()
    assert answers == [7]
    pool.dispose()
