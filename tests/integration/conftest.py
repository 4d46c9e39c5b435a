"""Real services for the tests: PostgreSQL, Valkey, a disk, a Celery worker in processes of its own."""

import os
from uuid import uuid4

import pytest
import redis

from app import db
from app.models import Base, Owner
from app.settings import Settings
from app.storage import storage_from
from cli.stack.environment import environment
from cli.stack.postgres import Postgres
from cli.stack.programs import Worker
from cli.stack.valkey import Valkey


@pytest.fixture(scope="session")
def services_dir(tmp_path_factory):
    return tmp_path_factory.mktemp("services")


@pytest.fixture(scope="session")
def database_url(services_dir):
    """A PostgreSQL of this run's own, with all migrations applied."""
    with Postgres(services_dir, durable=False) as server:
        db.migrate(server.url)
        yield server.url


@pytest.fixture(scope="session")
def valkey(services_dir):
    with Valkey(services_dir) as server:
        yield server


@pytest.fixture
def redis_url(valkey):
    """An empty Valkey."""
    with redis.Redis.from_url(valkey.url) as client:
        client.flushall()
    return valkey.url


@pytest.fixture(scope="session")
def database(database_url):
    """A pool of connections."""
    pool = db.connect(database_url)
    yield pool
    pool.dispose()


@pytest.fixture
def sessions(database):
    """Sessions on empty tables."""
    # Ten times as fast as TRUNCATE, which makes new files for every table.
    with database.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())
    return db.sessions_from(database)


@pytest.fixture
def environ(tmp_path, services_dir, database_url, redis_url):
    """What `tessera up` would give its web server and workers; folders are this test's own."""
    compiled = {"NUMBA_CACHE_DIR": str(services_dir / "numba")}  # once for all tests
    return environment(
        tmp_path, compiled | os.environ, database_url=database_url, redis_url=redis_url
    )


@pytest.fixture
def settings(environ):
    return Settings.from_environ(environ)


@pytest.fixture
def storage(settings):
    """Objects on a disk of this test's own."""
    return storage_from(settings.storage_url)


@pytest.fixture
def celery_worker_process(tmp_path, sessions, environ):
    """A real worker for mosaics. `.kill()` it as a power cut would, `.start()` it again."""
    with Worker("maker", tmp_path / "log", environ) as worker:
        yield worker


class Bell:
    """A doorbell that remembers its rings."""

    def __init__(self):
        self.rings = []

    def ring(self, queue):
        self.rings.append(queue)


@pytest.fixture
def bell():
    return Bell()


@pytest.fixture
def session(sessions):
    with sessions() as session:
        yield session


@pytest.fixture
def owner(session):
    """Somebody's id."""
    owner_id = uuid4()
    session.add(Owner(id=owner_id))
    session.commit()
    return owner_id
